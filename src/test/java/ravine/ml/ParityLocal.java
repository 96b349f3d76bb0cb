package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.engine.NewtonFixtures;
import ravine.engine.TrainerOptions;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.Bounded;
import ravine.penalty.Bounds;
import ravine.penalty.ElasticNet;
import ravine.penalty.Penalty;
import ravine.rows.ColumnStats;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.PackedPartition;
import ravine.rows.RowsFixtures;
import ravine.rows.Storage;

/**
 * A {@link ParityProblem} solved as the estimators solve it by default, less Spark: the same
 * packing, coordinates, start, loop and certificate on one partition in this process, in a
 * hundredth of the time.
 */
final class ParityLocal {
  private static final double WIDEST = 0.3;

  private ParityLocal() {}

  /** Packs and trains. */
  static ParityFit fit(ParityProblem problem) {
    return fit(problem, null);
  }

  /** The same in a box; null for none. */
  static ParityFit fit(ParityProblem problem, @Nullable ParityBox box) {
    int features = problem.rows()[0].length;
    TrainerOptions options =
        new MiniBatchLogisticRegression()
            .miniBatchSettings().options().build().toBuilder()
                .maxPasses(100)
                .tol(ParityCase.TOL)
                .build();
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < problem.rows().length; i++) {
      rows.add(
          new Example(
              problem.labels()[i],
              problem.weights()[i],
              ParityFit.vector(problem.rows()[i]),
              false));
    }
    PackedPartition packed =
        Examples.pack(0, rows.iterator(), features, options.seed(), Storage.DOUBLE);
    ColumnStats stats = RowsFixtures.stats(packed);
    Problem stated = stated(problem, box, stats);
    NewtonFixtures.Fitted fitted = NewtonFixtures.fit(packed, stats, stated, options);
    return inUnitsOfTheData(stated.coordinates(), fitted, problem);
  }

  private static ParityFit inUnitsOfTheData(
      Coordinates coordinates, NewtonFixtures.Fitted fitted, ParityProblem problem) {
    int features = coordinates.features();
    int outputs = coordinates.outputs();
    double[] raw = new double[coordinates.rawDimension()];
    coordinates.toRaw(fitted.weights(), raw);
    double[][] coefficients = new double[outputs][features];
    double[] intercepts = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < features; j++) {
        coefficients[k][j] = raw[j * outputs + k];
      }
      intercepts[k] = problem.intercept() ? raw[features * outputs + k] : 0.0;
    }
    boolean huber = problem.kind() == ParityProblem.Kind.HUBER;
    return new ParityFit(
        coefficients,
        intercepts,
        huber ? Math.exp(raw[raw.length - 1]) : 1.0,
        fitted.reason(),
        fitted.passes(),
        fitted.certificate());
  }

  /** What the estimators state. */
  private static Problem stated(ParityProblem problem, @Nullable ParityBox box, ColumnStats stats) {
    boolean quantity = problem.kind().isQuantity();
    boolean huber = problem.kind() == ParityProblem.Kind.HUBER;
    Loss loss =
        switch (problem.kind()) {
          case LOGISTIC -> new Logistic();
          case SOFTMAX -> new Softmax(problem.classes());
          case SVC -> new SoftHinge();
          case LINEAR -> new Squared();
          case HUBER -> new ConcomitantHuber(1.35);
        };
    double unit = quantity ? stats.label().deviation() : 1.0;
    double strength = huber ? problem.lambda() * unit : problem.lambda() / unit;
    double bound =
        switch (problem.kind()) {
          case LOGISTIC, SOFTMAX -> loss.curvatureBound();
          default -> 1.0;
        };
    FeatureScaling scaling =
        new FeatureScaling(
            stats,
            problem.intercept(),
            problem.standardised(),
            strength * (1.0 - problem.alpha()) / bound,
            box == null || !box.ofIntercepts(),
            FeatureScaling.Scale.DEVIATION);
    int outputs = problem.classes();
    int extras = loss.extraParameters();
    double shift = quantity && problem.intercept() ? stats.label().mean() : 0.0;
    Coordinates coordinates = scaling.preconditioner(outputs, extras, unit, shift);
    double[] initial =
        switch (problem.kind()) {
          case LOGISTIC, SOFTMAX ->
              ClassWeights.fromShares(coordinates, stats.label().classWeights());
          default -> new double[coordinates.dimension()];
        };
    if (problem.kind() == ParityProblem.Kind.SVC) {
      initial[initial.length - 1] = Math.log(WIDEST);
    }
    Penalty penalty =
        new ElasticNet(strength, problem.alpha(), scaling.penaltyScale(outputs, extras));
    if (box != null) {
      Bounds bounds = box.in(coordinates);
      bounds.clip(initial);
      penalty = new Bounded(penalty, bounds);
    }
    return new Problem(
        loss, coordinates, penalty, initial, huber ? unit : unit * unit, huber ? unit : 1.0);
  }
}
