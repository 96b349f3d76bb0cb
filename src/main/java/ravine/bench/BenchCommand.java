package ravine.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ravine.exchange.EngineKind;
import ravine.spec.Specs;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.SparkRun;

/** {@code bench}: the engine against stock MLlib and the machine, as ratios. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Times stock MLlib, ml.LogisticRegression, the memory and ours in turn, in one session, on"
          + " generated data or a file, and prints ratios.",
      "Machines differ and are noisy: read the ratios, and their spread, not the milliseconds."
    })
public final class BenchCommand extends RavineCommand {
  /** What can be measured. */
  private enum Section {
    STEPS,
    BANDWIDTH,
    FITS,
    WIDE,
    CANDIDATES,
    LINEAR,
    TELLING,
    SEGMENTS,
    TRUTH,
    MANY,
    MEMORY,
    SPILL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--quick",
      description = "Small data, few rounds: within three minutes on 2 cores.")
  boolean quick;

  @Option(
      names = "--sections",
      split = ",",
      paramLabel = "NAME",
      description =
          "Which to run (default: all but many, memory and spill): steps (a step against"
              + " runMiniBatchSGD), bandwidth (a full pass against read bandwidth), fits (time to a gap against ml.LogisticRegression),"
              + " wide (a sparse step at a million features against a dense round trip), candidates"
              + " (passes and seconds to a gap, by optimizer and option), linear (least squares"
              + " against ml.LinearRegression with solver=auto), telling (what history, listeners and"
              + " the tab of Spark's web interface cost a step), segments (fitByKey against a loop of"
              + " fits), truth (whether fits with defaults arrive at the optimum, and whether they"
              + " know), many (grids, folds and configurations in fits of one, and against"
              + " CrossValidator), memory (what many models hold at a time, over what is said of it"
              + " before), spill (passes over data larger than the heap, in JVMs of their"
              + " own).")
  List<String> sections = new ArrayList<>();

  @Option(
      names = "--data",
      split = ",",
      paramLabel = "PATH",
      description =
          "Instead of generated data: for the fits and candidates a LIBSVM file of two classes, for"
              + " truth any number of files as train reads them, each PATH, PATH@LABEL or"
              + " PATH@LABEL@TASK with LABEL first, last or a column's name and TASK logistic or"
              + " linear.")
  List<String> data = new ArrayList<>();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "How often each row of --data occurs (default: ${DEFAULT-VALUE}).")
  int repeat = 1;

  @Option(
      names = "--reg-param",
      paramLabel = "X",
      description =
          "L2 penalty of the fits and candidates (default: 1 / rows, before they are repeated).")
  @Nullable Double regParam;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Counted rounds of each measurement, after one that is discarded (default: 5; with"
              + " --quick 3).")
  @Nullable Integer rounds;

  @Option(
      names = "--scale",
      paramLabel = "X",
      description = "Share of the rows of generated data (default: ${DEFAULT-VALUE}).")
  double scale = 1.0;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "auto, jobs or resident (default: ${DEFAULT-VALUE}).")
  String engine = "auto";

  @Option(names = "--seed", paramLabel = "N", description = "Of the data (default: 42).")
  long seed = 42;

  @Option(names = "--metrics", paramLabel = "FILE", description = "Write the figures as JSON.")
  @Nullable String metrics;

  private final ObjectMapper mapper = new ObjectMapper();

  @Override
  protected void run() throws IOException {
    Specs.choice(EngineKind.class, "engine", engine);
    Set<Section> chosen = chosen();
    int counted = rounds == null ? quick ? 3 : 5 : rounds;
    Failure.require(counted >= 1, "--rounds", "1 or more", counted);
    Failure.require(repeat >= 1, "--repeat", "1 or more", repeat);
    Failure.require(scale > 0.0 && scale <= 10.0, "--scale", "in (0, 10]", scale);
    Failure.require(
        regParam == null || (regParam >= 0.0 && regParam < Double.POSITIVE_INFINITY),
        "--reg-param",
        "0 or more",
        String.valueOf(regParam));
    if (data.isEmpty() && repeat > 1) {
      throw Failure.usage("--repeat is for the rows of --data, which is missing.");
    }
    requireUseOfData(chosen);
    long start = System.nanoTime();
    try (SparkRun spark = SparkRun.start("bench", common.debug)) {
      SparkSession session = spark.session();
      Outputs outputs = new Outputs(session);
      outputs.requireFile("--metrics", metrics);
      Session run = new Session(session, console(), engine, seed, counted, quick, scale);
      ObjectNode json = mapper.createObjectNode();
      describe(run, json);
      for (Section section : chosen) {
        measure(section, run, json);
      }
      json.put("seconds", (System.nanoTime() - start) / 1e9);
      if (metrics != null) {
        byte[] bytes = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
        outputs.file(metrics, bytes);
        console().line("metrics", "%s", metrics);
      }
    }
  }

  private void requireUseOfData(Set<Section> chosen) {
    boolean one =
        chosen.contains(Section.FITS)
            || chosen.contains(Section.CANDIDATES)
            || chosen.contains(Section.MANY);
    if (!data.isEmpty() && !one && !chosen.contains(Section.TRUTH)) {
      throw Failure.usage(
          "--data is for the fits, candidates, truth and many, none of which is among the --sections.");
    }
    if (one && data.size() > 1) {
      throw Failure.usage("--data must be one file for the fits, candidates and many.");
    }
  }

  /** Those named, in the order of the enumeration. */
  private Set<Section> chosen() {
    if (sections.isEmpty()) {
      return data.isEmpty()
          ? EnumSet.complementOf(EnumSet.of(Section.MANY, Section.MEMORY, Section.SPILL))
          : EnumSet.of(Section.FITS);
    }
    Set<Section> chosen = EnumSet.noneOf(Section.class);
    for (String name : sections) {
      chosen.add(
          Arrays.stream(Section.values())
              .filter(section -> section.toString().equals(name.strip().toLowerCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(
                  () ->
                      Failure.usage(
                          "--sections must name steps, bandwidth, fits, wide, candidates, linear,"
                              + " telling, segments, truth, many, memory or spill, but was "
                              + name
                              + ".")));
    }
    return chosen;
  }

  private void describe(Session run, ObjectNode json) {
    String master = run.session().sparkContext().master();
    console().line("spark", "%s, %s, %d slots", run.session().version(), master, run.slots());
    List<String> kernels = run.kernels();
    console().line("kernels", "%s", kernelsText(kernels));
    console().line("rounds", "%d, after one that is discarded", run.rounds());
    json.put("sparkVersion", run.session().version());
    json.put("javaVersion", System.getProperty("java.version"));
    json.put("master", master);
    json.put("kernels", kernels.get(0));
    json.put("slots", run.slots());
    json.put("engine", run.engine());
    json.put("rounds", run.rounds());
    json.put("quick", run.quick());
    json.put("scale", run.scale());
    json.put("seed", run.seed());
  }

  /** Which kernels run, and what to do about it where they are the slow ones. */
  private static String kernelsText(List<String> kernels) {
    if (kernels.size() > 1) {
      return kernels.get(0) + "; full passes over dense rows also with " + kernels.get(1);
    }
    return kernels.get(0).startsWith("vector")
        ? kernels.get(0)
        : kernels.get(0) + " (--add-modules jdk.incubator.vector would give the vector kernels)";
  }

  private void measure(Section section, Session run, ObjectNode json) {
    long start = System.nanoTime();
    ArrayNode results = json.putArray(section.toString());
    switch (section) {
      case STEPS -> new Steps(run).run(results);
      case BANDWIDTH -> new Bandwidth(run).run(results);
      case WIDE -> new Wide(run).run(results);
      case FITS -> {
        Fits fits = new Fits(run, regParam);
        if (data.isEmpty()) {
          fits.run(results);
        } else {
          fits.run(UserFile.of(run.session(), console(), data.get(0), repeat), results);
        }
      }
      case CANDIDATES -> {
        Candidates candidates = new Candidates(run, regParam);
        if (data.isEmpty()) {
          candidates.run(results);
        } else {
          candidates.run(UserFile.of(run.session(), console(), data.get(0), repeat), results);
        }
      }
      case MANY -> {
        Grids grids = new Grids(run);
        if (data.isEmpty()) {
          grids.run(results);
        } else {
          grids.run(UserFile.of(run.session(), console(), data.get(0), repeat), results);
        }
      }
      case MEMORY -> new ManyMemory(run).run(results);
      case SPILL -> new Spill(run).run(results);
      case LINEAR -> new LinearFits(run).run(results);
      case TELLING -> new TellingCost(run).run(results);
      case SEGMENTS -> new SegmentFits(run).run(results);
      case TRUTH ->
          new Truth(run)
              .run(
                  data.isEmpty()
                      ? TruthKinds.all(run)
                      : data.stream()
                          .map(text -> TruthSet.of(run.session(), console(), text))
                          .toList(),
                  results);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    json.withObject("/sectionSeconds").put(section.toString(), seconds);
  }
}
