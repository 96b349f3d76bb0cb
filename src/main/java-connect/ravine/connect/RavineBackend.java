package ravine.connect;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.connect.plugin.MLBackendPlugin;

/**
 * Has a Spark Connect server train by Ravine what its clients ask Spark for: {@code
 * spark.connect.ml.backend.classes=ravine.connect.RavineBackend}, of the server or of one session.
 *
 * <p>The classes it names have Spark's params, train by Spark what Ravine does not honour, and are
 * saved as Spark's.
 */
public final class RavineBackend implements MLBackendPlugin {
  private static final String SPARK = "org.apache.spark.ml.";
  private static final String OURS = "ravine.ml.redirect.";

  /** By names alone: a server that never fits loads none of them. */
  private static final Map<String, String> REDIRECTED =
      Map.of(
          SPARK + "classification.LogisticRegression", OURS + "LogisticRegression",
          SPARK + "classification.LinearSVC", OURS + "LinearSVC",
          SPARK + "regression.LinearRegression", OURS + "LinearRegression");

  /** Spark makes one by this constructor for every operator it looks up. */
  public RavineBackend() {}

  @Override
  public Optional<String> transform(String mlName) {
    return Optional.ofNullable(REDIRECTED.get(mlName));
  }
}
