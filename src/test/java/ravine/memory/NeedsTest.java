package ravine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ravine.engine.NoiseReduction;
import ravine.engine.TrainerOptions;
import ravine.spec.Specs;

/** What grows with what; how well the numbers fit measured peaks: {@link MemoryTest}. */
class NeedsTest {
  private static TrainerOptions batches(String rule) {
    return TrainerOptions.builder(Specs.rule(rule)).batchSize(1000).build();
  }

  private static TrainerOptions whole(String optimizer) {
    return TrainerOptions.builder(Specs.optimizer(optimizer)).build();
  }

  private static Needs of(long features, String rule, int tasks) {
    return new Needs(features, 1, batches(rule), tasks, 0);
  }

  @Test
  void driver_growsWithWhatTheRuleRemembers() {
    long weight = 8L * 1_000_001;
    long sgd = of(1_000_000, "sgd", 2).driver();
    assertThat(of(1_000_000, "momentum", 2).driver() - sgd).isEqualTo(2 * weight);
    assertThat(of(1_000_000, "adam", 2).driver() - sgd).isEqualTo(4 * weight);
    assertThat(of(1_000_000, "sgd", 5).driver() - sgd).isEqualTo(3 * weight);
  }

  @Test
  void all_growWithClasses() {
    Needs one = new Needs(1_000_000, 1, batches("adam"), 2, 0);
    Needs ten = new Needs(1_000_000, 10, batches("adam"), 2, 0);
    assertThat(ten.driver()).isBetween(7 * one.driver(), 10 * one.driver());
    assertThat(ten.process()).isGreaterThan(7 * one.process());
    assertThat(ten.results()).isEqualTo(one.results()).isEqualTo(2 * 24_000_000L);
  }

  @Test
  void driver_ofNoiseReduction_holdsASnapshotMore() {
    TrainerOptions plain = batches("momentum");
    TrainerOptions svrg = plain.toBuilder().noiseReduction(NoiseReduction.SVRG).build();
    assertThat(new Needs(1_000_000, 1, svrg, 2, 0).driver())
        .isGreaterThan(new Needs(1_000_000, 1, plain, 2, 0).driver());
  }

  /** Rules that normalise begin in the coordinates of a sample's Hessian, if that is small. */
  @Test
  void driver_ofARuleThatBeginsOnASample_holdsItsHessian() {
    long square = 8L * 1001 * 1001;
    assertThat(of(1000, "adam", 2).driver()).isBetween(3 * square, 4 * square);
    assertThat(of(1000, "momentum", 2).driver()).isLessThan(square);
    assertThat(of(2000, "adam", 2).driver()).isLessThan(square);
  }

  /** Squares on the driver, a triangle in each task and from each in flight. */
  @Test
  void ofNewtonSteps_countHessiansAndKeptMargins() {
    long weights = 101 * 10;
    long triangle = 8 * (10 * 11 / 2) * (101 * 102 / 2);
    Needs newton = new Needs(100, 10, whole("sgd"), 4, 1_000_000);
    Needs more = new Needs(100, 10, whole("sgd"), 5, 1_000_000);
    assertThat(newton.driver()).isGreaterThan(6 * 8 * weights * weights + 4 * triangle);
    assertThat(more.driver() - newton.driver()).isEqualTo(triangle + 8 * weights);
    assertThat(newton.margins()).isEqualTo(250_000 * 2 * 8 * 10);
    assertThat(newton.task() - new Needs(100, 10, whole("sgd"), 4, 0).task())
        .isEqualTo(newton.margins());
  }

  @Test
  void ofRecentSteps_countTheirPairs() {
    long weight = 8L * 10_001;
    long plain = new Needs(10_000, 1, whole("sgd"), 2, 0).driver();
    assertThat(new Needs(10_000, 1, whole("lbfgs(25)"), 2, 0).driver())
        .isGreaterThanOrEqualTo(plain + 2 * 25 * weight);
    assertThat(new Needs(10_000, 1, whole("nesterov(accelerated)"), 2, 0).driver())
        .isGreaterThan(plain + 2 * 10 * weight);
  }

  /** As measured: MemoryMain printed 89.5 vectors with an L1 part and 53.4 without. */
  @Test
  void ofRecentSteps_withAnL1Part_holdTheirPairsTwice() {
    TrainerOptions options = whole("nesterov(accelerated)");
    Needs smooth = new Needs(200_000, 1, options, false, 2, 0);
    Needs proximal = new Needs(200_000, 1, options, true, 2, 0);
    assertThat(proximal.driver() - smooth.driver()).isEqualTo(33 * 8 * 200_001L);
  }

  @Test
  void task_ofLocalSteps_holdsCoordinatesAndWeightsOfItsOwn() {
    TrainerOptions local = batches("momentum").toBuilder().localSteps(4).build();
    Needs steps = new Needs(100, 1_000, local, 2, 0);
    assertThat(steps.task() - new Needs(100, 1_000, batches("momentum"), 2, 0).task())
        .isEqualTo(7 * 8 * 101_000L);
  }

  /** It was 5,037,004 by overflow, or NegativeArraySizeException. */
  @Test
  void sumsBeyondAnyNumber_areLargeAndNotNegative() {
    Needs huge = new Needs(Long.MAX_VALUE / 8, 4300, batches("adam"), 1000, Long.MAX_VALUE);
    assertThat(huge.weights()).isEqualTo(Long.MAX_VALUE);
    assertThat(huge.driver()).isEqualTo(Long.MAX_VALUE);
    assertThat(huge.process()).isEqualTo(Long.MAX_VALUE);
    assertThat(huge.task()).isPositive();
  }
}
