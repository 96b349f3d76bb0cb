package ravine.batches;

import ravine.checkpoint.Sections;
import ravine.schedule.Plateau;

/**
 * What the learning rate of a {@link Plateau} is multiplied by, given the scores of the passes so
 * far.
 *
 * <p>A score is better if it is less than the best by {@value #LEAST} of that, PyTorch's default.
 */
public final class PlateauFactor {
  private static final double LEAST = 1e-4;
  private static final String SECTION = "plateau";

  private final Plateau plateau;
  private double factor = 1.0;
  private double best = Double.POSITIVE_INFINITY;
  private long waited;

  public PlateauFactor(Plateau plateau) {
    this.plateau = plateau;
  }

  /**
   * The factor after another pass.
   *
   * @param score of which less is better; NaN is not better than anything
   */
  public double after(double score) {
    if (best == Double.POSITIVE_INFINITY ? score < best : score < best - LEAST * Math.abs(best)) {
      best = score;
      waited = 0;
    } else if (++waited >= plateau.patience()) {
      factor *= plateau.factor();
      waited = 0;
    }
    return factor;
  }

  /** Writes what the next passes depend on. */
  public void save(Sections to) {
    to.putNumbers(SECTION, factor, best, (double) waited);
  }

  /** Goes on from what was saved. */
  public void restore(Sections from) {
    double[] saved = from.numbers(SECTION, 3);
    factor = saved[0];
    best = saved[1];
    waited = (long) saved[2];
  }
}
