package ravine.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.checkpoint.CheckpointException;
import ravine.checkpoint.Sections;
import ravine.engine.Portion;
import ravine.engine.TrainingData;
import ravine.objective.Problem;
import ravine.resume.CheckpointStore;
import ravine.resume.Fingerprint;
import ravine.rows.ColumnStats;
import ravine.rule.UpdateRule;

/**
 * What training on portions of rows has learnt so far: the weights, the rule's memory (velocity,
 * moments), the step count t of the schedule, the place in the sampling of mini-batches, and the
 * moments of the first portion's features, by which all portions are standardised. Never changed: a
 * {@code partialFit} makes the next.
 *
 * <p>A feature that did not vary in the first portion is taken there as if it varied by its own
 * size, or by 1 where it was 0: it may vary later.
 */
public final class TrainingState {
  private static final String KIND = "kind";
  private static final String KIND_HERE = "training state";
  private static final String CLASSES = "classes";
  private static final String SEEN = "seen";
  private static final String COUNTS = "first.counts";
  private static final String WEIGHT = "first.weight";
  private static final String MEANS = "first.means";
  private static final String DEVIATIONS = "first.deviations";
  private static final String SHARES = "first.shares";
  private static final String LABEL = "first.label";
  private static final String CLASS_WEIGHTS = "first.classes";

  private final Sections sections;

  TrainingState(Sections sections) {
    this.sections = sections;
  }

  /** Nothing is learnt yet. */
  public static TrainingState fresh() {
    return ofClasses(0);
  }

  /**
   * Nothing is learnt yet but how many classes there are, of which the first portion may lack some.
   *
   * @param classes at least 2, or 0 to go by the label column's metadata and the first portion
   */
  public static TrainingState ofClasses(int classes) {
    if (classes != 0 && classes < 2) {
      throw new IllegalArgumentException("classes must be 0 or at least 2, but was " + classes);
    }
    return new TrainingState(
        new Sections().putText(KIND, KIND_HERE).putIntegers(CLASSES, classes).putIntegers(SEEN, 0));
  }

  /**
   * Reads one that was saved.
   *
   * @throws IllegalArgumentException if the file is no whole training state
   * @throws UncheckedIOException if it cannot be read
   */
  public static TrainingState load(String path) {
    try {
      return of(CheckpointStore.readFile(path, SparkHadoopUtil.get().conf()), path);
    } catch (CheckpointException torn) {
      throw new IllegalArgumentException(
          path + " is no whole training state: " + torn.getMessage(), torn);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TrainingState of(Sections sections, String place) {
    if (!sections.has(KIND) || !sections.text(KIND).equals(KIND_HERE)) {
      throw new IllegalArgumentException(
          place + " is no training state: it was written by something else");
    }
    return new TrainingState(sections);
  }

  /**
   * Writes it to a file of any of Hadoop's file systems, in place of what is there; the file is
   * there whole or not at all.
   *
   * @throws UncheckedIOException if that fails
   */
  public void save(String path) {
    try {
      CheckpointStore.writeFile(path, SparkHadoopUtil.get().conf(), sections);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether nothing is learnt yet. */
  public boolean isFresh() {
    return portions() == 0;
  }

  /** Portions with at least one training row. */
  public int portions() {
    return Portion.count(sections);
  }

  /** Steps made. */
  public long steps() {
    return Portion.steps(sections);
  }

  /** Training rows of positive weight in all portions. */
  public long rows() {
    return sections.integer(SEEN);
  }

  Sections sections() {
    return sections;
  }

  /** A copy to be written to; arrays are shared, and replaced there, not changed. */
  Sections copy() {
    Sections copy = new Sections();
    for (String name : sections.names()) {
      copyTo(copy, name);
    }
    return copy;
  }

  private void copyTo(Sections copy, String name) {
    if (sections.isNumbers(name)) {
      copy.putNumbers(name, sections.numbers(name));
    } else if (sections.isText(name)) {
      copy.putText(name, sections.text(name));
    } else {
      copy.putIntegers(name, sections.integers(name));
    }
  }

  /** Features that rows must have; −1 where the first portion is to tell. */
  int features() {
    return isFresh() ? -1 : sections.numbers(MEANS).length;
  }

  /** The label column with as many classes as are known, if any are. */
  StructField label(StructField column) {
    int classes = (int) sections.integer(CLASSES);
    return classes == 0
        ? column
        : NominalAttribute.defaultAttr()
            .withName(column.name())
            .withNumValues(classes)
            .toStructField();
  }

  /**
   * What the problem of every portion is stated by: the first one's rows, these or earlier ones.
   */
  TrainingData first(TrainingData now) {
    ColumnStats stats =
        isFresh()
            ? widened(now.stats())
            : new ColumnStats(
                sections.integers(COUNTS, 2)[0],
                0,
                sections.number(WEIGHT),
                sections.numbers(MEANS),
                sections.numbers(DEVIATIONS),
                sections.numbers(SHARES),
                label(),
                sections.integers(COUNTS, 2)[1],
                0);
    return TrainingData.known(now.context(), stats, now.features());
  }

  private ColumnStats.LabelStats label() {
    double[] label = sections.numbers(LABEL, 4);
    return new ColumnStats.LabelStats(
        label[0], label[1], label[2], label[3], sections.numbers(CLASS_WEIGHTS));
  }

  /** Whoever did not vary yet may vary later. */
  private static ColumnStats widened(ColumnStats stats) {
    double[] means = stats.means();
    double[] deviations = stats.deviations();
    double[] shares = stats.storedShares();
    for (int j = 0; j < means.length; j++) {
      if (deviations[j] == 0.0) {
        deviations[j] = means[j] == 0.0 ? 1.0 : Math.abs(means[j]);
        shares[j] = 1.0;
      }
    }
    return new ColumnStats(
        stats.rows(),
        0,
        stats.weightSum(),
        means,
        deviations,
        shares,
        stats.label(),
        stats.stored(),
        0);
  }

  /** What the next state begins with: this one's sections, and the first portion's moments. */
  Sections next(ColumnStats first, Problem problem, Fingerprint known, long rows) {
    Sections next = copy();
    if (isFresh()) {
      next.putIntegers(COUNTS, first.rows(), first.stored());
      next.putNumbers(WEIGHT, first.weightSum());
      next.putNumbers(MEANS, first.means());
      next.putNumbers(DEVIATIONS, first.deviations());
      next.putNumbers(SHARES, first.storedShares());
      ColumnStats.LabelStats label = first.label();
      next.putNumbers(LABEL, label.min(), label.max(), label.mean(), label.deviation());
      next.putNumbers(CLASS_WEIGHTS, label.classWeights());
      next.putIntegers(CLASSES, problem.loss().classes());
      known.save(next);
    }
    return next.putIntegers(SEEN, rows() + rows);
  }

  /** What a state and an estimator must have in common. */
  static Fingerprint fingerprint(UpdateRule rule, Problem problem) {
    return new Fingerprint()
        .put("optimizer", rule.toString())
        .put("loss", problem.loss().toString())
        .put("the number of features", problem.coordinates().features())
        .put("the number of weights", problem.coordinates().dimension())
        .put(
            "the list of the features' scales (regParam, standardization)",
            problem.coordinates().inverse())
        .put("the list of the features' centres (fitIntercept)", problem.coordinates().centre());
  }

  /** The first difference from what the state was made with; null where there is none. */
  @Nullable String difference(Fingerprint now) {
    return isFresh() ? null : now.difference(sections);
  }
}
