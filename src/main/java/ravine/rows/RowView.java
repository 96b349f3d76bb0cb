package ravine.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which of the packed rows count for a model: one copy of the rows serves the models of all folds.
 *
 * @param folds that the rows are dealt into by {@link PackedPartition#folds}; 1 for no folds
 * @param held the first fold whose rows do not train and validate instead, from 0; −1 for none
 * @param width how many folds those are
 * @param seed of the folds
 */
public record RowView(int folds, int held, int width, long seed) implements Serializable {
  /** Every row. */
  public static final RowView ALL = new RowView(1, -1, 0, 0L);

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

  /** Whether some rows do not count. */
  public boolean holdsOut() {
    return held >= 0;
  }

  /** Whether the rows of a block have weights other than 1 here. */
  public boolean isWeighted(LabelledRows rows) {
    return holdsOut() || rows.isWeighted();
  }

  /** The folds of a partition's rows, to be given to {@link #read}; null where none is held out. */
  public byte @Nullable [][] foldsOf(PackedPartition data) {
    return holdsOut() ? data.folds(seed, folds) : null;
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
      double[] labels,
      double[] weights) {
    rows.copyLabels(first, count, labels);
    double sum = rows.copyWeights(first, count, weights);
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

    /** Of a row that stands behind the one asked about before. */
    boolean trains(long inBlock, long row) {
      if (!holdsOut()) {
        return true;
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
