package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.exchange.EngineFixtures;
import ravine.loss.Logistic;
import ravine.objective.Problem;
import ravine.spec.Specs;

/** Which way is taken for what, and that the result says so. */
class WayTest extends SparkTestBase {
  private TrainingData narrow;
  private TrainingData wide;

  @BeforeEach
  void pack() {
    narrow = EngineFixtures.data(jsc(), 2);
    wide = EngineFixtures.wide(jsc(), 2);
  }

  @AfterEach
  void release() {
    narrow.close();
    wide.close();
  }

  private static TrainerOptions.Builder options(String optimizer) {
    return TrainerOptions.builder(Specs.optimizer(optimizer)).maxPasses(6).tol(0.0);
  }

  private TrainingResult narrow(TrainerOptions.Builder options) {
    return Trainer.train(narrow, EngineFixtures.problem(), options.build());
  }

  private TrainingResult wide(String optimizer) {
    Problem problem = EngineFixtures.wideProblem(new Logistic(), 0.01);
    return Trainer.train(wide, problem, options(optimizer).build());
  }

  @ParameterizedTest
  @CsvSource({
    "nesterov(accelerated), newton, few enough",
    "sgd, newton, few enough",
    "momentum(0.5), newton, few enough",
    "lbfgs, lbfgs(60), the optimizer is lbfgs",
    "lbfgs(3), lbfgs(3), the optimizer is lbfgs",
    "adam, mini-batches, takes no metric",
    "nesterov(form=rewritten), mini-batches, takes no metric",
  })
  void train_fewWeights_namesTheWayAndWhy(String optimizer, String way, String why) {
    TrainingResult result = narrow(options(optimizer));
    assertThat(result.way()).isEqualTo(way);
    assertThat(result.why()).contains(why);
  }

  @ParameterizedTest
  @CsvSource({
    "nesterov(accelerated), lbfgs(60), left open",
    "lbfgs(5), lbfgs(5), the optimizer is lbfgs",
    "momentum(0.5), full batches, the momentum is given",
    "nesterov(0.9), full batches, optimizer=lbfgs",
    "sgd, full batches, sgd has no momentum",
  })
  void train_manyWeights_namesTheWayAndWhy(String optimizer, String way, String why) {
    TrainingResult result = wide(optimizer);
    assertThat(result.way()).isEqualTo(way);
    assertThat(result.why()).contains(why);
    assertThat(result.objective()).isLessThan(result.objectiveHistory()[0]);
  }

  /** They gave the same bits: L-BFGS, which read neither. */
  @Test
  void train_manyWeights_momentumThatIsGivenIsUsed() {
    TrainingResult half = wide("momentum(0.5)");
    TrainingResult more = wide("momentum(0.9)");
    assertThat(half.weights()).isNotEqualTo(more.weights());
    assertThat(half.rule()).startsWith("momentum(momentum=0.5");
  }

  @Test
  void train_lbfgs_isWhatTheResultSaysRan() {
    TrainingResult result = wide("lbfgs(memory=5)");
    assertThat(result.rule()).isEqualTo("lbfgs(memory=5)");
    assertThat(Specs.optimizer(result.rule())).hasToString(result.rule());
  }

  @Test
  void train_noPass_saysSo() {
    assertThat(narrow(options("sgd").maxPasses(0)).why()).contains("no pass");
  }

  @Test
  void train_miniBatches_saysWhichOptionAskedForThem() {
    assertThat(narrow(options("sgd").stepSize(0.1)).why()).isEqualTo("stepSize is 0.1");
    assertThat(narrow(options("sgd").batchSize(30)).why()).isEqualTo("batchSize is 30");
    assertThat(narrow(options("sgd").localSteps(2)).why()).isEqualTo("localSteps is 2");
    assertThat(narrow(options("sgd").noiseReduction(NoiseReduction.SVRG)).why())
        .isEqualTo("noiseReduction is svrg");
  }

  @Test
  void build_lbfgsWithStepsOfOthers_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options("lbfgs").stepSize(0.1).build())
        .withMessage(
            "lbfgs takes whole batches and finds its own step lengths, but stepSize is 0.1: leave"
                + " that at its default, or name an update rule.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options("lbfgs").batchSize(10).build())
        .withMessageContaining("batchSize is 10");
  }

  /** Momentum that is given comes to where L-BFGS does; what is returned validation decides. */
  @Test
  void train_manyWeights_givenMomentumArrives() {
    Problem problem = EngineFixtures.wideProblem(new Logistic(), 0.01);
    double best = last(Trainer.train(wide, problem, patient("lbfgs").maxPasses(200).build()));
    TrainingResult result =
        Trainer.train(wide, problem, patient("nesterov(0.9)").maxPasses(500).tol(1e-6).build());
    assertThat(result.stopReason()).isEqualTo(StopReason.EARLY_STOPPED);
    assertThat(last(result) - best).isBetween(-1e-9 * best, 1e-4 * best);
  }

  private static TrainerOptions.Builder patient(String optimizer) {
    return options(optimizer).patience(1000);
  }

  private static double last(TrainingResult result) {
    return result.objectiveHistory()[result.objectiveHistory().length - 1];
  }
}
