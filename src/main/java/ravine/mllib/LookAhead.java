package ravine.mllib;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link NesterovUpdater} on the driver tells its {@link LookAheadGradient} in the tasks:
 * the point θ − γv at which the next gradient is to be taken.
 *
 * <p>Spark serializes the gradient into every stage anew, so the tasks of a step see what was
 * published before it. The point itself travels in a broadcast: inside the closure it would make a
 * "large task binary" of every step from 125,000 weights on.
 *
 * <p>Beside the point stands a hash of the weights θ it belongs to, so that a task that is given
 * other weights fails instead of using a stale point.
 */
final class LookAhead implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The point belonging to one θ. */
  static final class Point implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<double[]> values;
    private final int weightsHash;

    private Point(Broadcast<double[]> values, int weightsHash) {
      this.values = values;
      this.weightsHash = weightsHash;
    }

    /**
     * The look-ahead point of {@code weights}.
     *
     * @throws IllegalStateException if it was published for other weights
     */
    double[] of(double[] weights) {
      if (Arrays.hashCode(weights) != weightsHash) {
        throw new IllegalStateException(
            "LookAheadGradient was given other weights than its NesterovUpdater returned; the two "
                + "must be used together, in one GradientDescent at a time");
      }
      return values.value();
    }
  }

  private volatile @Nullable Point point;
  private transient volatile boolean used;

  /** The published point, or null where the gradient is to be taken at the weights themselves. */
  @Nullable Point point() {
    return point;
  }

  /** Told by the gradient that it is being sent to tasks, or called. */
  void use() {
    used = true;
  }

  /** Whether {@link #use} was called since the last {@link #clear} or {@link #publish}. */
  boolean isUsed() {
    return used;
  }

  /** The velocity is 0: look-ahead and weights are the same. */
  void clear() {
    replace(null);
  }

  /** Drops a point that came from another JVM or an earlier run, and whose broadcast is gone. */
  void forget() {
    point = null;
    used = false;
  }

  /** Publishes a copy of {@code lookAhead} as the point of {@code weights}. */
  void publish(double[] weights, double[] lookAhead) {
    Broadcast<double[]> values =
        JavaSparkContext.fromSparkContext(SparkContext.getOrCreate()).broadcast(lookAhead.clone());
    replace(new Point(values, Arrays.hashCode(weights)));
  }

  private void replace(@Nullable Point next) {
    Point last = point;
    point = next;
    used = false;
    if (last != null) {
      last.values.destroy();
    }
  }
}
