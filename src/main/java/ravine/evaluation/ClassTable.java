package ravine.evaluation;

import java.util.List;

/**
 * Which class was said of rows of which class.
 *
 * @param classes their names, by class number
 * @param weights weight of the rows, by true class, then by predicted class
 */
public record ClassTable(List<String> classes, double[][] weights) {

  /** Weight of the rows of a class. */
  public double support(int of) {
    double sum = 0;
    for (double weight : weights[of]) {
      sum += weight;
    }
    return sum;
  }

  /** Share of a class in what is said to be it; NaN where nothing is. */
  public double precision(int of) {
    double said = 0;
    for (double[] row : weights) {
      said += row[of];
    }
    return weights[of][of] / said;
  }

  /** Share of a class that is found; NaN where it has no rows. */
  public double recall(int of) {
    return weights[of][of] / support(of);
  }

  /** Harmonic mean of precision and recall; NaN where the class is neither there nor said. */
  public double f1(int of) {
    double said = 0;
    for (double[] row : weights) {
      said += row[of];
    }
    return 2 * weights[of][of] / (said + support(of));
  }
}
