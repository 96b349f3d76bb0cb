package ravine.rows;

import java.io.Serializable;
import org.apache.spark.ml.linalg.Vector;

/** One row of a test: a plain class, not a record, so that Kryo can carry it. */
public final class Example implements Serializable {
  private static final long serialVersionUID = 1L;

  public final double label;
  public final double weight;
  public final Vector features;
  public final boolean validation;

  /**
   * A row.
   *
   * @param label class index or target value
   * @param weight how many times the row counts, finite and at least 0
   * @param features d numbers, dense or sparse
   * @param validation whether the row only measures, and takes no part in training
   */
  public Example(double label, double weight, Vector features, boolean validation) {
    this.label = label;
    this.weight = weight;
    this.features = features;
    this.validation = validation;
  }

  /** A training row of weight 1. */
  public static Example of(double label, Vector features) {
    return new Example(label, 1.0, features, false);
  }
}
