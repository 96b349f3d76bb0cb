package ravine.cluster;

import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * What Spark's UI says of the jobs that this thread starts. A description that the user has set
 * stays; else it is taken back when this is closed.
 */
public final class Described implements AutoCloseable {
  private static final String PROPERTY = "spark.job.description";

  private final SparkContext context;
  private final boolean isOurs;
  private @Nullable String said;

  private Described(SparkContext context) {
    this.context = context;
    this.isOurs = context.getLocalProperty(PROPERTY) == null;
  }

  /** Of the jobs to come, of which nothing is said yet. */
  public static Described in(SparkContext context) {
    return new Described(context);
  }

  /** From now on. */
  public void say(String description) {
    if (isOurs) {
      said = description;
      context.setLocalProperty(PROPERTY, description);
    }
  }

  /** Nothing is said any more, unless somebody else has said something since. */
  @Override
  public void close() {
    if (said != null && said.equals(context.getLocalProperty(PROPERTY))) {
      context.setLocalProperty(PROPERTY, null);
    }
  }
}
