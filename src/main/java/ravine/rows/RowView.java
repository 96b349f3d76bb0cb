package ravine.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a model sees of the packed rows: which of them count, and by which labels. So one copy of
 * the rows serves the models of all folds, of all classes against the rest, and of all label
 * columns.
 *
 * <p>Two are equal if they see the same. No record, because the documentation tool of JDK 17 fails
 * at records of packages that it does not document.
 */
public final class RowView implements Serializable {
  /** Stands for no column: a row's fold is a hash of the seed and of where it stands. */
  public static final int BY_PLACE = -1;

  /** Every row, as it was packed. */
  public static final RowView ALL = new RowView(1, -1, 0, 0L);

  /** Most folds. */
  public static final int MOST_FOLDS = Byte.MAX_VALUE;

  private static final int HUNDRED = 100;

  private static final long serialVersionUID = 1L;

  private final int folds;
  private final int held;
  private final int width;
  private final long seed;
  private final int column;
  private final boolean byIds;
  private final Labels labels;

  /**
   * Of some folds all but a few.
   *
   * @param folds that the rows are dealt into; 1 for no folds
   * @param held the first fold whose rows do not train and validate instead, from 0; −1 for none
   * @param width how many folds those are
   * @param seed of the folds, where a row's place tells its fold ({@link PackedPartition#folds})
   * @param column beside the label that states a row's fold; {@link #BY_PLACE} for none
   * @param labels by which rows train
   */
  public RowView(int folds, int held, int width, long seed, int column, Labels labels) {
    this(folds, held, width, seed, column, false, labels);
  }

  private RowView(
      int folds, int held, int width, long seed, int column, boolean byIds, Labels labels) {
    boolean someLeft = held < 0 || (width > 0 && width < folds && held + width <= folds);
    if (folds < 1 || folds > MOST_FOLDS || held < -1 || !someLeft) {
      throw new IllegalArgumentException(
          "of 1 to "
              + MOST_FOLDS
              + " folds some must be held out and some left, but "
              + width
              + " from number "
              + held
              + " on of "
              + folds
              + " were to be held out");
    }
    this.folds = folds;
    this.held = held;
    this.width = width;
    this.seed = seed;
    this.column = column;
    this.byIds = byIds;
    this.labels = labels;
  }

  /** Of folds by place, and labels as they were packed. */
  public RowView(int folds, int held, int width, long seed) {
    this(folds, held, width, seed, BY_PLACE, Labels.PACKED);
  }

  /** All but one fold. */
  public static RowView without(int held, int folds, long seed) {
    return new RowView(folds, held, 1, seed);
  }

  /** All but each fold in turn. */
  public static List<RowView> ofFolds(int folds, long seed) {
    List<RowView> views = new ArrayList<>();
    for (int f = 0; f < folds; f++) {
      views.add(without(f, folds, seed));
    }
    return views;
  }

  /**
   * A share of the rows, rounded to a hundredth.
   *
   * @param share of the rows that train, in (0, 1)
   */
  public static RowView share(double share, long seed) {
    int train = (int) Math.max(1L, Math.min(HUNDRED - 1L, Math.round(share * HUNDRED)));
    return new RowView(HUNDRED, train, HUNDRED - train, seed);
  }

  /** The same with folds that a column beside the label states. */
  public RowView statedBy(int beside) {
    return new RowView(folds, held, width, seed, beside, false, labels);
  }

  /** The same where rows of one id have one fold, which a refusal says. */
  public RowView statedByIds(int beside) {
    return new RowView(folds, held, width, seed, beside, true, labels);
  }

  /** The same with other labels. */
  public RowView with(Labels others) {
    return new RowView(folds, held, width, seed, column, byIds, others);
  }

  /** How many folds the rows are dealt into. */
  public int folds() {
    return folds;
  }

  /** The first fold that is held out, from 0; −1 for none. */
  public int held() {
    return held;
  }

  /** Of the folds. */
  public long seed() {
    return seed;
  }

  /** By which rows train. */
  public Labels labels() {
    return labels;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RowView view
        && folds == view.folds
        && held == view.held
        && width == view.width
        && seed == view.seed
        && column == view.column
        && byIds == view.byIds
        && labels.equals(view.labels);
  }

  @Override
  public int hashCode() {
    return Objects.hash(folds, held, width, seed, column, byIds, labels);
  }

  /** The rows that train, as a sentence begins. */
  public String left() {
    return !holdsOut()
        ? "With these weights of classes"
        : width > 1 ? "Without the rows held out" : "Without fold " + held;
  }

  /** What is said where no row trains. */
  String noneLeft() {
    return left()
        + " there is no row to train on: "
        + (byIds ? tooFewIds() : "take fewer folds, or more rows.");
  }

  /** What is said where no row is held out: of a fold that a column states, Spark's sentence. */
  String noneHeld() {
    String none =
        width > 1 ? "No row is held out" : "The validation data at fold " + held + " is empty";
    return byIds ? none + ": " + tooFewIds() : none + ".";
  }

  private String tooFewIds() {
    return width > 1
        ? "all rows of an id are held out or none is, and there are too few ids; take another"
            + " share, or an idCol of more values."
        : "all rows of an id are in one fold, and there are too few ids; take fewer folds, or an"
            + " idCol of more values.";
  }

  /** Whether some rows do not count. */
  public boolean holdsOut() {
    return held >= 0;
  }

  /** Whether a column states the folds. */
  boolean isStated() {
    return column != BY_PLACE;
  }

  /** Whether every row counts as much as it did when it was packed. */
  boolean weighsAsPacked() {
    return !holdsOut() && !labels.weighs();
  }

  /** Whether the rows of a block have weights other than 1 here. */
  public boolean isWeighted(LabelledRows rows) {
    return holdsOut() || labels.weighs() || rows.isWeighted();
  }

  /** The folds of a partition's rows, to be given to {@link #read}; null where none is held out. */
  public byte @Nullable [][] foldsOf(PackedPartition data) {
    if (!holdsOut()) {
      return null;
    }
    return isStated() ? data.statedFolds(column) : data.folds(seed, folds);
  }

  private boolean isHeld(int fold) {
    return fold >= held && fold < held + width;
  }

  /**
   * Labels and weights of some adjacent rows of a block, weights being 0 that do not count.
   *
   * @param fold of the block's rows, from {@link #foldsOf}; null where none is held out
   * @param validates whether the rows that count are those held out
   * @return the sum of the weights
   */
  public double read(
      byte @Nullable [] fold,
      LabelledRows rows,
      int first,
      int count,
      boolean validates,
      double[] own,
      double[] weights) {
    labels.copy(rows, first, count, own);
    double sum = rows.copyWeights(first, count, weights);
    if (labels.weighs()) {
      sum = labels.weigh(count, own, weights);
    }
    if (fold == null) {
      return sum;
    }
    sum = 0.0;
    for (int i = 0; i < count; i++) {
      weights[i] = isHeld(fold[first + i]) == validates ? weights[i] : 0.0;
      sum += weights[i];
    }
    return sum;
  }

  /**
   * By which labels rows train, and what each class of them weighs.
   *
   * @param column beside the label that takes its place; −1 for the label itself
   * @param against the class whose rows have label 1, all others 0; −1 for labels as they are
   * @param classWeights what rows weigh more, by label; a class beyond the end 1
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by what is in it
  public record Labels(int column, int against, double[] classWeights) implements Serializable {
    /** Those that rows were packed with. */
    public static final Labels PACKED = new Labels(-1, -1, new double[0]);

    /** Of a column beside the label. */
    public static Labels ofColumn(int beside) {
      return new Labels(beside, -1, new double[0]);
    }

    /** Whether a row is of a class, 1, or of another, 0. */
    public static Labels against(int theClass) {
      return new Labels(-1, theClass, new double[0]);
    }

    /** The same of rows that weigh more or less, each by its class. */
    public Labels weighing(double[] weights) {
      return new Labels(column, against, weights.clone());
    }

    boolean weighs() {
      return classWeights.length > 0;
    }

    private void copy(LabelledRows rows, int first, int count, double[] own) {
      if (column < 0) {
        rows.copyLabels(first, count, own);
      } else {
        rows.copyBeside(column, first, count, own);
      }
      if (against >= 0) {
        for (int i = 0; i < count; i++) {
          own[i] = own[i] == against ? 1.0 : 0.0;
        }
      }
    }

    private double weigh(int count, double[] own, double[] weights) {
      double sum = 0.0;
      for (int i = 0; i < count; i++) {
        weights[i] = weight(own[i], weights[i]);
        sum += weights[i];
      }
      return sum;
    }

    /** What a row of that label weighs which was packed with a weight. */
    double weight(double label, double packed) {
      int own = (int) label;
      return own == label && own >= 0 && own < classWeights.length
          ? packed * classWeights[own]
          : packed;
    }

    /** The label of a row that was packed with this one and those numbers beside it. */
    double of(double label, double[] beside) {
      double own = column < 0 ? label : beside[column];
      return against < 0 ? own : own == against ? 1.0 : 0.0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Labels same
          && column == same.column
          && against == same.against
          && Arrays.equals(classWeights, same.classWeights);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * column + against) + Arrays.hashCode(classWeights);
    }
  }

  /** Says of single rows of a partition, from the first on, whether they train. */
  final class Walk {
    private final long partition;
    private long block = -1;
    private long next;
    private int fold;
    private SplittableRandom random = new SplittableRandom(0L);

    Walk(long partition) {
      this.partition = partition;
    }

    /**
     * Of a row that stands behind the one asked about before.
     *
     * @param beside its numbers beside the label
     */
    boolean trains(long inBlock, long row, double[] beside) {
      if (!holdsOut()) {
        return true;
      }
      if (isStated()) {
        return !isHeld((int) beside[column]);
      }
      if (inBlock != block) {
        block = inBlock;
        next = 0;
        random = PackedPartition.foldsOfBlock(seed, partition, block);
      }
      for (; next <= row; next++) {
        fold = random.nextInt(folds);
      }
      return !isHeld(fold);
    }
  }
}
