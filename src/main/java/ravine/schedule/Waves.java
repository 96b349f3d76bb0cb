package ravine.schedule;

/** The curve shared by {@link Cosine} and {@link OneCycle}. */
final class Waves {
  private Waves() {}

  /** Half a cosine from {@code from} to {@code to} as {@code progress} goes from 0 to 1. */
  static double cosine(double from, double to, double progress) {
    return to + 0.5 * (from - to) * (1.0 + StrictMath.cos(Math.PI * progress));
  }
}
