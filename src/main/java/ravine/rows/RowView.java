package ravine.rows;

import java.io.Serializable;

/**
 * Which of the packed rows count for a model, and with which labels: one copy of the rows serves
 * the models of all folds and of all classes.
 *
 * @param folds that the rows are dealt into by {@link PackedPartition#folds}; 1 for no folds
 * @param held the first fold whose rows do not train and validate instead, from 0; −1 for none
 * @param width how many folds those are
 * @param seed of the folds
 * @param positive the label whose rows are 1, all others being 0; NaN where labels stay as they are
 */
public record RowView(int folds, int held, int width, long seed, double positive)
    implements Serializable {
  /** Every row, as it is. */
  public static final RowView ALL = new RowView(1, -1, 1, 0L, Double.NaN);

  /** Most folds. */
  public static final int MOST_FOLDS = Byte.MAX_VALUE;

  private static final int HUNDRED = 100;

  public RowView {
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
  }

  /** All but one fold. */
  public static RowView without(int held, int folds, long seed) {
    return new RowView(folds, held, 1, seed, Double.NaN);
  }

  /**
   * A share of the rows, rounded to a hundredth.
   *
   * @param share of the rows that train, in (0, 1)
   */
  public static RowView share(double share, long seed) {
    int train = (int) Math.max(1L, Math.min(HUNDRED - 1L, Math.round(share * HUNDRED)));
    return new RowView(HUNDRED, train, HUNDRED - train, seed, Double.NaN);
  }

  /** The same rows, as one class against the others. */
  public RowView against(double label) {
    return new RowView(folds, held, width, seed, label);
  }

  /** Whether some rows do not count. */
  public boolean holdsOut() {
    return held >= 0;
  }

  /** Whether the rows of a block have weights other than 1 here. */
  public boolean isWeighted(LabelledRows rows) {
    return holdsOut() || rows.isWeighted();
  }

  /**
   * Labels and weights of some adjacent rows of a block, those being 0 that do not count.
   *
   * @param block which of the training blocks; or, where none is held out, of the validation blocks
   * @param validates whether the rows that count are those held out
   * @return the sum of the weights
   */
  public double read(
      PackedPartition data,
      int block,
      LabelledRows rows,
      int first,
      int count,
      boolean validates,
      double[] labels,
      double[] weights) {
    rows.copyLabels(first, count, labels);
    if (!Double.isNaN(positive)) {
      for (int i = 0; i < count; i++) {
        labels[i] = labels[i] == positive ? 1.0 : 0.0;
      }
    }
    double sum = rows.copyWeights(first, count, weights);
    if (!holdsOut()) {
      return sum;
    }
    byte[] fold = data.folds(seed, folds)[block];
    sum = 0.0;
    for (int i = 0; i < count; i++) {
      int place = fold[first + i] - held;
      boolean isHeld = place >= 0 && place < width;
      weights[i] = isHeld == validates ? weights[i] : 0.0;
      sum += weights[i];
    }
    return sum;
  }
}
