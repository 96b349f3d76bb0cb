package ravine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.terminal.Failure;
import ravine.terminal.Table;

/**
 * Data larger than memory: a pass of ours beside one of stock's L-BFGS and beside reading the same
 * files and nothing else. Each side of each size runs in a JVM of its own with a small heap.
 */
final class Spill {
  /** Spark refuses less than 450 MB. */
  private static final int QUICK_HEAP_MEGABYTES = 512;

  private static final int HEAP_MEGABYTES = 1024;
  private static final double[] QUICK_SIZES = {0.5, 2.0};
  private static final double[] SIZES = {0.5, 1.0, 2.0, 4.0};
  private static final int FEATURES = 1000;

  private final Session run;
  private final Table table =
      new Table(
          "rows / heap", "on disk", "our pass", "stock's pass", "stock / ours", "reading / ours");

  Spill(Session run) {
    this.run = run;
  }

  void run(ArrayNode json) {
    int heap = run.quick() ? QUICK_HEAP_MEGABYTES : HEAP_MEGABYTES;
    for (double size : run.quick() ? QUICK_SIZES : SIZES) {
      double bytes = run.scale() * size * heap * (1 << 20);
      int rows = (int) Math.max(200, Math.round(bytes / (8.0 * FEATURES)));
      run.measuring("rows of " + size + " x the heap");
      JsonNode ours = side("ours", heap, rows);
      JsonNode stock = side("stock", heap, rows);
      add(size, heap, rows, ours, stock, json);
    }
    run.print(
        "A pass over dense rows, in a JVM with a heap of "
            + heap
            + " MB (files may be in the system's cache):",
        table);
  }

  private void add(
      double size,
      int heap,
      int rows,
      @Nullable JsonNode ours,
      @Nullable JsonNode stock,
      ArrayNode json) {
    double our = seconds(ours, "passSeconds");
    double theirs = seconds(stock, "passSeconds");
    double fileBytes = ours == null ? Double.NaN : ours.get("fileBytes").asDouble();
    double packed = 8.0 * rows * FEATURES;
    // Of the rows, only those on disk have to be read.
    double reading = fileBytes < packed / 100 ? Double.NaN : seconds(ours, "readSeconds") / our;
    table.row(
        List.of(
            Spread.digits(run.scale() * size),
            Spread.digits(100.0 * Math.min(1.0, fileBytes / packed)) + " %",
            Spread.digits(our) + " s",
            Spread.digits(theirs) + " s",
            Spread.digits(theirs / our),
            Spread.digits(reading)));
    ObjectNode node = json.addObject();
    node.put("size", run.scale() * size);
    node.put("heapMegabytes", heap);
    node.put("rows", rows);
    node.put("features", FEATURES);
    Spread.put(node, "fileBytes", fileBytes);
    Spread.put(node, "ourPassSeconds", our);
    Spread.put(node, "stockPassSeconds", theirs);
    Spread.put(node, "ratio", theirs / our);
    Spread.put(node, "readSeconds", seconds(ours, "readSeconds"));
    Spread.put(node, "readingOverOurs", reading);
    Spread.put(node, "ourSeconds", seconds(ours, "seconds"));
    Spread.put(node, "stockSeconds", seconds(stock, "seconds"));
  }

  private static double seconds(@Nullable JsonNode figures, String name) {
    return figures == null ? Double.NaN : figures.get(name).asDouble();
  }

  /** The figures of a side; null where it did not get through, which may be of the heap's size. */
  private @Nullable JsonNode side(String side, int heap, int rows) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (isForAnyHeap(argument)) {
        command.add(argument);
      }
    }
    command.add("-Xmx" + heap + "m");
    command.add("-cp");
    command.add(ownJar() + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(SpillRun.class.getName());
    command.add(side);
    command.add(Integer.toString(rows));
    command.add(Integer.toString(FEATURES));
    command.add(Long.toString(run.seed()));
    command.add(Integer.toString(run.slots()));
    try {
      Path figures = Files.createTempFile("ravine-spill", ".json");
      try {
        command.add(figures.toString());
        int exit =
            new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exit == 0) {
          return new ObjectMapper().readTree(figures.toFile());
        }
        run.console().note(side + " did not get through (exit code " + exit + ").");
        return null;
      } finally {
        Files.delete(figures);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.training("Interrupted while a JVM was measured.");
    }
  }

  /** Opens packages and adds modules as this JVM does, but neither debugs nor sizes memory. */
  private static boolean isForAnyHeap(String argument) {
    return argument.startsWith("--add") || argument.startsWith("-XX:+IgnoreUnrecognized");
  }

  private static String ownJar() {
    try {
      return Path.of(SpillRun.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
