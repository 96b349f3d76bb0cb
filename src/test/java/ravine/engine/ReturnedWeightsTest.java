package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.curvature.Certificate;
import ravine.loss.Logistic;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.CoordinateScale;
import ravine.penalty.L2;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;

/** However a run ends, its certificate is about the weights it returns. */
class ReturnedWeightsTest extends SparkTestBase {
  private static final double UNIT = 3.0;

  private TrainingData data;
  private double optimum;

  @BeforeEach
  void pack() {
    Random random = new Random(21);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double[] x = {random.nextGaussian(), 3.0 * random.nextGaussian(), random.nextDouble()};
      double label = x[0] - x[1] + random.nextGaussian() > 0.3 ? 1.0 : 0.0;
      rows.add(new Example(label, 1.0, Vectors.dense(x), i % 5 == 0));
    }
    data = Examples.pack(jsc().parallelize(rows, 2), 3, 42L);
    TrainingResult best = train(options("sgd").tol(1e-12).patience(1000));
    double last = best.passes().get(best.passes().size() - 1).objective();
    optimum = last;
  }

  @AfterEach
  void release() {
    data.close();
  }

  private static TrainerOptions.Builder options(String rule) {
    return TrainerOptions.builder(Specs.rule(rule));
  }

  private TrainingResult train(TrainerOptions.Builder options) {
    Problem problem =
        new Problem(
            new Logistic(),
            Coordinates.identity(3, 1, true),
            new L2(0.01, CoordinateScale.exemptLast(4)),
            new double[4],
            1.0,
            UNIT);
    return Trainer.train(data, problem, options.build());
  }

  private void assertHonest(TrainingResult result) {
    Certificate found = result.certificate();
    double gap = result.objective() - optimum;
    assertThat(found).isNotNull();
    assertThat(found.bound()).isEqualTo(result.gapBound()).isGreaterThanOrEqualTo(gap - 1e-12);
    PassRecord best = result.passes().get(result.bestPass());
    assertThat(best.gapBound()).isEqualTo(result.gapBound());
    assertThat(best.gapIsProven()).isEqualTo(result.gapIsProven());
    if (result.stopReason() != StopReason.CONVERGED) {
      assertThat(result.advice()).contains(String.format("%.2g above the optimum", found.bound()));
    }
  }

  @ParameterizedTest
  @CsvSource({"adam, 0.5", "momentum(0.9), 0.1", "nesterov(0.9), 0.1"})
  void train_miniBatchesUsedUp_boundIsNearTheGap(String rule, double stepSize) {
    TrainingResult result =
        train(options(rule).stepSize(stepSize).batchSize(40).tol(0.0).maxPasses(32).patience(100));

    assertThat(result.stopReason()).isEqualTo(StopReason.MAX_ITER);
    assertHonest(result);
    assertThat(result.gapIsProven()).isTrue();
    assertThat(result.gapBound()).isLessThan(0.1 * result.objective());
  }

  @Test
  void train_onePass_isNotReadOverAndOverForTheIntercept() {
    TrainingResult result = train(options("adam").stepSize(0.1).batchSize(40).maxPasses(1));

    assertHonest(result);
  }

  @Test
  void train_noPass_saysThatNothingIsKnown() {
    TrainingResult result = train(options("adam").stepSize(0.1).batchSize(40).maxPasses(0));

    assertThat(result.certificate()).isNull();
    assertThat(result.gapBound()).isNaN();
    assertThat(result.worth()).isEqualTo("nothing is known of the distance to the optimum");
  }

  @Test
  void train_diverges_returnsTheBestWeightsWithTheirBound() {
    TrainingResult result =
        train(options("momentum(0.9)").stepSize(1e6).batchSize(40).maxPasses(40));

    assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
    assertThat(result.weights()).doesNotContain(Double.NaN);
    assertHonest(result);
  }

  @Test
  void train_listenerStopsMiniBatches_boundIsOfTheBestPass() {
    TrainingListener three =
        new TrainingListener() {
          @Override
          public boolean onPass(PassRecord pass) {
            return pass.pass() < 3;
          }
        };
    TrainingResult result =
        train(options("sgd").stepSize(0.5).batchSize(40).maxPasses(40).listener(three));

    assertThat(result.stopReason()).isEqualTo(StopReason.STOPPED_BY_LISTENER);
    assertHonest(result);
  }

  @ParameterizedTest
  @CsvSource({"0", "40"})
  void train_validationStops_boundIsOfTheBestByValidation(long batchSize) {
    TrainingResult result =
        train(
            options(batchSize == 0 ? "sgd" : "adam")
                .stepSize(batchSize == 0 ? 0.0 : 0.3)
                .batchSize(batchSize)
                .validationTol(0.5)
                .patience(2)
                .tol(0.0)
                .maxPasses(40));

    // Newton steps may be at the optimum before patience is at its end.
    assertThat(result.stopReason()).isIn(StopReason.EARLY_STOPPED, StopReason.STALLED);
    assertHonest(result);
  }

  @Test
  void train_newton_stepsTellComputingFromExchange() {
    TrainingResult result = train(options("sgd").tol(1e-10).patience(1000));

    double spent = 0.0;
    for (StepRecord step : result.steps()) {
      assertThat(step.computeSeconds()).isPositive();
      spent += step.computeSeconds() + step.exchangeSeconds() + step.driverSeconds();
    }
    assertThat(spent).isLessThanOrEqualTo(result.seconds().train());
    assertThat(result.worth())
        .startsWith("objective at most ")
        .endsWith("above the optimum (proven)");
    assertThat(result.objective()).isCloseTo(optimum, within(1e-6));
  }
}
