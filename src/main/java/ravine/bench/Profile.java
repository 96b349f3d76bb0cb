package ravine.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import ravine.engine.StepRecord;
import ravine.engine.TrainingResult;
import ravine.terminal.Table;

/** Where the time of our fits goes, round by round. */
final class Profile {
  /** What a fit's seconds are made of. */
  private enum Part {
    /** Spark plans the rows before the first job, and the model's summary after the last. */
    PLAN,
    /** The job that reads, validates and packs the rows. */
    PACK,
    /** Workers start, while the driver solves its sample. */
    START,
    /** Everything from the first request for a gradient to the last step. */
    PASSES
  }

  private final Map<Part, double[]> seconds = new EnumMap<>(Part.class);

  Profile(int rounds) {
    for (Part part : Part.values()) {
      seconds.put(part, new double[rounds]);
    }
  }

  void add(int round, double total, TrainingResult result) {
    double passes = 0.0;
    for (StepRecord step : result.steps()) {
      passes += step.computeSeconds() + step.exchangeSeconds() + step.driverSeconds();
    }
    List<StepRecord> kept = result.steps();
    if (!kept.isEmpty()) { // of a long run every second or fourth; they stand for those between
      passes *= (double) kept.get(kept.size() - 1).step() / kept.size();
    }
    TrainingResult.Seconds parts = result.seconds();
    put(Part.PACK, round, parts.pack());
    put(Part.PASSES, round, passes);
    put(Part.START, round, parts.open() + parts.train() - passes);
    put(Part.PLAN, round, total - parts.pack() - parts.open() - parts.train());
  }

  private void put(Part part, int round, double value) {
    Objects.requireNonNull(seconds.get(part))[round] = value;
  }

  private double median(Part part) {
    return new Spread(Objects.requireNonNull(seconds.get(part))).median();
  }

  /** Seconds, by median, of a job which reads the rows and does nothing with them. */
  static double reading(Dataset<Row> rows, int rounds) {
    double[] seconds = new double[rounds];
    for (int round = -1; round < rounds; round++) {
      long start = System.nanoTime();
      rows.queryExecution()
          .toRdd()
          .toJavaRDD()
          .foreachPartition(
              partition -> {
                while (partition.hasNext()) {
                  partition.next();
                }
              });
      seconds[Math.max(0, round)] = (System.nanoTime() - start) / 1e9;
    }
    return new Spread(seconds).median();
  }

  /** The profiles of several fits, as shares of the median fit. */
  static final class Report {
    private final Table table =
        new Table(
            "data", "gap", "plan, summary", "pack", "reading alone", "start", "passes", "memory");

    Table table() {
      return table;
    }

    /**
     * Adds a line.
     *
     * @param reading seconds of {@link Profile#reading}
     * @param memory of our packed rows over MLlib's blocks
     */
    void add(
        String data, double gap, Profile profile, double reading, double memory, ObjectNode json) {
      double all = 0.0;
      for (Part part : Part.values()) {
        all += profile.median(part);
      }
      ObjectNode shares = json.putObject("shares");
      for (Part part : Part.values()) {
        shares.put(part.name().toLowerCase(Locale.ROOT), profile.median(part) / all);
      }
      shares.put("reading", reading / all);
      Spread.put(json, "memory", memory);
      table.row(
          List.of(
              data,
              String.format(Locale.ROOT, "%.0e", gap),
              percent(profile.median(Part.PLAN) / all),
              percent(profile.median(Part.PACK) / all),
              percent(reading / all),
              percent(profile.median(Part.START) / all),
              percent(profile.median(Part.PASSES) / all),
              Spread.digits(memory)));
    }

    private static String percent(double share) {
      return String.format(Locale.ROOT, "%.0f %%", 100.0 * share);
    }
  }
}
