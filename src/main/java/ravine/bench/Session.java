package ravine.bench;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import ravine.kernel.Kernels;
import ravine.terminal.Console;
import ravine.terminal.Table;

/**
 * What all sections of a benchmark share.
 *
 * @param session where everything runs
 * @param console where tables go
 * @param engine {@code auto}, {@code jobs} or {@code resident}
 * @param seed of the generated data
 * @param rounds counted rounds of each measurement; one more comes first and is discarded
 * @param quick whether the small sizes are asked for
 * @param scale share of the rows of those sizes
 */
record Session(
    SparkSession session,
    Console console,
    String engine,
    long seed,
    int rounds,
    boolean quick,
    double scale) {

  /** Fewer rows than this say nothing, and hold too few of one class. */
  private static final int LEAST_ROWS = 200;

  /** Tasks at a time, and partitions of all data. */
  int slots() {
    return session.sparkContext().defaultParallelism();
  }

  /** Whether tasks run in this JVM, so that other kernels can be tried on them. */
  boolean isOneJvm() {
    return session.sparkContext().isLocal();
  }

  /**
   * The kernels to measure, the usual ones first: all that can run where tasks run in this JVM, and
   * elsewhere the executors' own, joined by a slash where they were not started alike.
   */
  List<String> kernels() {
    if (isOneJvm()) {
      return Kernels.available();
    }
    List<String> names =
        new JavaSparkContext(session.sparkContext())
            .parallelize(Collections.nCopies(slots(), 0), slots())
            .map(task -> Kernels.active())
            .distinct()
            .collect();
    return List.of(names.stream().sorted().collect(Collectors.joining("/")));
  }

  /** Generated data of a size, scaled. */
  GeneratedRows data(GeneratedRows.Shape shape, int rows, int features) {
    return new GeneratedRows(
        shape, (int) Math.max(LEAST_ROWS, Math.round(scale * (double) rows)), features);
  }

  /** Says what is being measured, so that a long run is not silent. */
  void measuring(Object what) {
    console.line("measuring", "%s", what);
  }

  /** Prints a heading and a table under it. */
  void print(String heading, Table table) {
    console.out().println();
    console.out().println(heading);
    table.print(console.out());
  }

  /**
   * Runs contestants in turn for the counted rounds and one discarded before: there and back again
   * (A B, B A, …), so that whatever drifts meets all alike.
   */
  void alternate(List<? extends Contestant> contestants) {
    for (int round = -1; round < rounds; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        int which = Math.floorMod(round, 2) == 0 ? i : contestants.size() - 1 - i;
        contestants.get(which).run(round);
      }
    }
  }

  /** One side of a comparison. */
  @FunctionalInterface
  interface Contestant {
    /**
     * Measures once and keeps the figures.
     *
     * @param round from 0, or −1 where the figures are to be thrown away
     */
    void run(int round);
  }
}
