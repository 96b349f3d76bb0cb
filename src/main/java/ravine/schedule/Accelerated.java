package ravine.schedule;

/**
 * The momentum coefficient of Nesterov's method for convex functions whose conditioning is unknown:
 * (t − 1)/(t + 2), which is 0 at the first update and tends to 1 (Su, Boyd and Candès 2016, "A
 * differential equation for modeling Nesterov's accelerated gradient method", equation 1). Spec:
 * {@code accelerated}. A momentum coefficient only; the trainer starts t over when it restarts the
 * velocity.
 */
public record Accelerated() implements Schedule {
  @Override
  public double at(long step) {
    double before = Progress.updatesBefore(step);
    return before / (before + 3.0);
  }

  @Override
  public String toString() {
    return Canonical.ordered("accelerated", this);
  }
}
