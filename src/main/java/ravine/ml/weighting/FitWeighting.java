package ravine.ml.weighting;

import java.util.function.Supplier;
import org.apache.spark.ml.param.Params;

/** The weights of the classes in one fit: what the param says, and numbers once rows are read. */
public final class FitWeighting {
  private final ClassWeighting stated;
  private double[] weights = {};

  private FitWeighting(ClassWeighting stated) {
    this.stated = stated;
  }

  /**
   * Reads the param of an estimator, which not all have.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  public static FitWeighting of(Params estimator) {
    return new FitWeighting(
        estimator.hasParam(ClassWeightParams.CLASS_WEIGHT)
            ? ClassWeighting.of(
                String.valueOf(
                    estimator.getOrDefault(estimator.getParam(ClassWeightParams.CLASS_WEIGHT))))
            : ClassWeighting.NONE);
  }

  /** What the param says. */
  public ClassWeighting stated() {
    return stated;
  }

  /**
   * What the rows of each class weigh more, by class index; a class beyond the end 1. Empty where
   * no class weighs more or less, and before rows are read.
   */
  public double[] weights() {
    return weights.clone();
  }

  /** Finds the numbers out. */
  public double[] read(Supplier<double[]> totals) {
    weights = stated.weights(totals);
    return weights;
  }

  /** Takes the numbers of a fit on the same rows whose param says the same. */
  public double[] take(FitWeighting other) {
    weights = other.weights;
    return weights;
  }

  /**
   * Refuses what rows in portions do not tell.
   *
   * @throws IllegalArgumentException if weights depend on how many rows there are
   */
  public void requireNamed() {
    if (stated.isBalanced()) {
      throw new IllegalArgumentException(
          "classWeight=balanced asks how many rows of each class there are in all, which a portion"
              + " does not tell: name the weights, such as 0:1,1:10.");
    }
  }
}
