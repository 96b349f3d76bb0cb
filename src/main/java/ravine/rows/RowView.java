package ravine.rows;

import java.io.Serializable;

/**
 * Which of the packed rows count for a model, and with which labels: one copy of the rows serves
 * the models of all folds and of all classes.
 *
 * @param folds that the rows are dealt into by {@link PackedPartition#folds}; 1 for no folds
 * @param held the fold whose rows do not train and validate instead, from 0; −1 for none
 * @param seed of the folds
 * @param positive the label whose rows are 1, all others being 0; NaN where labels stay as they are
 */
public record RowView(int folds, int held, long seed, double positive) implements Serializable {
  /** Every row, as it is. */
  public static final RowView ALL = new RowView(1, -1, 0L, Double.NaN);

  /** Most folds. */
  public static final int MOST_FOLDS = Byte.MAX_VALUE;

  public RowView {
    if (folds < 1 || folds > MOST_FOLDS || held < -1 || held >= folds) {
      throw new IllegalArgumentException(
          "a fold is one of 1 to " + MOST_FOLDS + ", but was " + held + " of " + folds);
    }
  }

  /** All but one fold. */
  public static RowView without(int held, int folds, long seed) {
    return new RowView(folds, held, seed, Double.NaN);
  }

  /** The same rows, as one class against the others. */
  public RowView against(double label) {
    return new RowView(folds, held, seed, label);
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
      weights[i] = (fold[first + i] == held) == validates ? weights[i] : 0.0;
      sum += weights[i];
    }
    return sum;
  }
}
