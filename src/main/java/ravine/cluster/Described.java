package ravine.cluster;

import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * What Spark's UI says of the jobs that this thread starts. A description that the user has set
 * stays; else it is taken back when this is closed.
 */
public final class Described implements AutoCloseable {
  private static final String PROPERTY = "spark.job.description";

  /** The last that was said here: so it is told from what users say. */
  private static final String OURS = "ravine.job.description";

  private final SparkContext context;
  private final boolean isOurs;
  private @Nullable String said;

  private Described(SparkContext context) {
    this.context = context;
    this.isOurs = byUser(context).isEmpty();
  }

  /** What somebody else has said of this thread's jobs; empty for nothing. */
  public static String byUser(SparkContext context) {
    String text = context.getLocalProperty(PROPERTY);
    return text == null || text.equals(context.getLocalProperty(OURS)) ? "" : text;
  }

  /** Of the jobs to come, of which nothing is said yet. */
  public static Described in(SparkContext context) {
    return new Described(context);
  }

  /** From now on. */
  public void say(String description) {
    if (isOurs) {
      said = description;
      context.setLocalProperty(OURS, description);
      context.setLocalProperty(PROPERTY, description);
    }
  }

  /** Nothing is said any more, unless somebody else has said something since. */
  @Override
  public void close() {
    if (said != null && said.equals(context.getLocalProperty(PROPERTY))) {
      context.setLocalProperty(PROPERTY, null);
      context.setLocalProperty(OURS, null);
    }
  }
}
