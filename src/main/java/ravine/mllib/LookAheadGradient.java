package ravine.mllib;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Objects;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.jspecify.annotations.Nullable;

/**
 * Takes another gradient at the look-ahead point θ − γv of a {@link NesterovUpdater}: Nesterov's
 * accelerated gradient as the paper has it, on MLlib's stock {@code GradientDescent}.
 *
 * <pre>{@code
 * NesterovUpdater updater = new NesterovUpdater(0.9);
 * Gradient gradient = new LookAheadGradient(new LogisticGradient(), updater);
 * GradientDescent.runMiniBatchSGD(data, gradient, updater, stepSize, 100, 0.0, 1.0, initial, 0.0);
 * }</pre>
 *
 * <p>The updater publishes the point on the driver after each step; the tasks of the next step use
 * it in place of the weights MLlib gives them. It costs one broadcast of d numbers a step, and
 * nothing per row.
 *
 * <p><b>Which weights are which.</b> MLlib's weights, and so those that {@code GradientDescent}
 * returns and those its regularisation value belongs to, are θ. The data loss in its history is the
 * loss at θ − γv, where the gradients were taken. Without this class a {@link NesterovUpdater} uses
 * the rewritten form, whose weights <em>are</em> the look-ahead point.
 *
 * <p>A gradient and its updater belong to one {@code GradientDescent}, one fit at a time. Using one
 * without the other is an {@link IllegalStateException}.
 */
public final class LookAheadGradient extends Gradient {
  private static final long serialVersionUID = 1L;

  private final Gradient gradient;
  private final LookAhead lookAhead;
  private transient @Nullable Resolved resolved;

  /** The vector to be used for a given weights object, so that it is looked up once a task. */
  private static final class Resolved {
    final Vector weights;
    final LookAhead.@Nullable Point point;
    final Vector at;

    Resolved(Vector weights, LookAhead.@Nullable Point point, Vector at) {
      this.weights = weights;
      this.point = point;
      this.at = at;
    }
  }

  /**
   * Binds {@code updater} to this gradient: from now on it makes true look-ahead steps, and runs
   * with this gradient only.
   *
   * @param gradient the gradient to take at the look-ahead point
   * @param updater the updater of the same {@code GradientDescent}
   * @throws IllegalArgumentException if the updater's rule is the rewritten form
   */
  public LookAheadGradient(Gradient gradient, NesterovUpdater updater) {
    this.gradient = Objects.requireNonNull(gradient, "gradient");
    this.lookAhead = Objects.requireNonNull(updater, "updater").lookAhead();
  }

  /** {@inheritDoc} Here {@code weights} are θ, and the gradient is that at θ − γv. */
  @Override
  public double compute(Vector data, double label, Vector weights, Vector cumGradient) {
    return gradient.compute(data, label, at(weights), cumGradient);
  }

  private Vector at(Vector weights) {
    LookAhead.Point point = lookAhead.point();
    Resolved last = resolved;
    if (last != null && last.weights == weights && last.point == point) {
      return last.at;
    }
    lookAhead.use();
    Vector at = point == null ? weights : Vectors.dense(point.of(weights.toArray()));
    resolved = new Resolved(weights, point, at);
    return at;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    lookAhead.use();
    out.defaultWriteObject();
  }
}
