package ravine.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is asked of an estimator: its kind and its penalty, all else as it comes.
 *
 * @param kind which estimator
 * @param lambda {@code regParam}
 * @param alpha {@code elasticNetParam}
 * @param standardised {@code standardization}
 */
record TruthProblem(Kind kind, double lambda, double alpha, boolean standardised) {

  /** Which estimator and loss. */
  enum Kind {
    LOGISTIC,
    MULTINOMIAL,
    SVC,
    LINEAR,
    HUBER;

    /** Whether the estimator takes an L1 part. */
    boolean takesL1() {
      return this != SVC && this != HUBER;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final double[] LAMBDAS = {1e-5, 1e-3};
  private static final double[] ALPHAS = {0.0, 0.5, 1.0};

  /** λ of 0, 1e-5 and 1e-3, each by L2, half and half, and L1 where taken, standardised or not. */
  static List<TruthProblem> grid(Kind kind) {
    List<TruthProblem> grid = new ArrayList<>();
    for (boolean standardised : new boolean[] {true, false}) {
      grid.add(new TruthProblem(kind, 0.0, 0.0, standardised));
      for (double lambda : LAMBDAS) {
        for (double alpha : ALPHAS) {
          if (alpha == 0.0 || kind.takesL1()) {
            grid.add(new TruthProblem(kind, lambda, alpha, standardised));
          }
        }
      }
    }
    return grid;
  }

  /** The few on which every rule is tried: without a penalty, with L2 and, where taken, L1. */
  static List<TruthProblem> few(Kind kind) {
    List<TruthProblem> few = new ArrayList<>();
    few.add(new TruthProblem(kind, 0.0, 0.0, true));
    few.add(new TruthProblem(kind, 1e-3, 0.0, true));
    if (kind.takesL1()) {
      few.add(new TruthProblem(kind, 1e-3, 1.0, true));
    }
    return few;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s lambda %.0e alpha %.1f%s",
        kind,
        lambda,
        alpha,
        standardised ? "" : " not standardised");
  }
}
