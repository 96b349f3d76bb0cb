package org.apache.spark.sql.connect.plugin;

import java.util.Optional;

/**
 * Spark's own interface of this name, as Spark 4.0 and later have it: the build is against 3.5,
 * which has none. It is compiled against and never packaged.
 */
public interface MLBackendPlugin {

  /** The class to be used instead of an estimator's, or nothing. */
  Optional<String> transform(String mlName);
}
