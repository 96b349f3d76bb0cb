package ravine.engine;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The dot product on the JDK's vector module.
 *
 * <p>Classes of this source folder may use the classes of {@code src/main/java}, which reach them
 * only by reflection: they do not load where the JVM was started without {@code --add-modules
 * jdk.incubator.vector}.
 */
final class VectorDot {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

  private VectorDot() {}

  /** Σ x[j] y[j]; the order of summation depends on the machine's vector length. */
  static double dot(double[] x, double[] y) {
    DoubleVector sums = DoubleVector.zero(SPECIES);
    int j = 0;
    for (int end = SPECIES.loopBound(x.length); j < end; j += SPECIES.length()) {
      sums = DoubleVector.fromArray(SPECIES, x, j).fma(DoubleVector.fromArray(SPECIES, y, j), sums);
    }
    double sum = sums.reduceLanes(VectorOperators.ADD);
    for (; j < x.length; j++) {
      sum += x[j] * y[j];
    }
    return sum;
  }
}
