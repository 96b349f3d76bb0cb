package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import ravine.spec.Specs;

class PreflightTest {
  private static final long GIB = 1L << 30;

  private static TrainerOptions batches(String rule) {
    return TrainerOptions.builder(Specs.rule(rule)).batchSize(1000).build();
  }

  private static TrainerOptions whole(String optimizer) {
    return TrainerOptions.builder(Specs.optimizer(optimizer)).build();
  }

  private static Preflight of(long features, String rule, int tasks) {
    return new Preflight(features, 1, batches(rule), tasks, 0);
  }

  @Test
  void bytes_growWithStateAndTasks() {
    long weight = 8L * 1_000_001;
    assertThat(of(1_000_000, "sgd", 2).driverBytes()).isEqualTo(9 * weight);
    assertThat(of(1_000_000, "momentum", 2).driverBytes()).isEqualTo(11 * weight);
    assertThat(of(1_000_000, "adam", 2).driverBytes()).isEqualTo(13 * weight);
    assertThat(of(1_000_000, "adam", 2).taskBytes()).isEqualTo(84_000_000);
    assertThat(of(1_000_000, "adam", 3).resultBytes()).isEqualTo(72_000_000);
    Preflight classes = new Preflight(1_000_000, 10, batches("sgd"), 2, 0);
    assertThat(classes.driverBytes()).isEqualTo(90 * weight);
    assertThat(classes.taskBytes()).isEqualTo(20 * weight);
  }

  /** Three squares on the driver, a triangle in each task and from each in flight. */
  @Test
  void bytes_ofNewtonSteps_countHessiansAndKeptMargins() {
    long weights = 101 * 10;
    long triangle = 8 * weights * (weights + 1) / 2;
    Preflight none = new Preflight(100, 10, batches("sgd"), 4, 1_000_000);
    Preflight newton = new Preflight(100, 10, whole("sgd"), 4, 1_000_000);
    assertThat(newton.driverBytes() - none.driverBytes())
        .isEqualTo(3 * 8 * weights * weights + 4 * triangle);
    assertThat(newton.taskBytes()).isEqualTo(2 * 8 * weights + triangle + 250_000 * 2 * 8 * 10);
    assertThat(new Preflight(100, 10, whole("sgd"), 4, 0).taskBytes())
        .isEqualTo(2 * 8 * weights + triangle);
  }

  @Test
  void bytes_ofRecentSteps_countTheirPairs() {
    long weight = 8L * 10_001;
    assertThat(new Preflight(10_000, 1, whole("lbfgs(25)"), 2, 0).driverBytes())
        .isEqualTo(9 * weight + 2 * 25 * weight);
    assertThat(new Preflight(10_000, 1, whole("nesterov(accelerated)"), 2, 0).driverBytes())
        .isGreaterThan(9 * weight + 2 * 10 * weight);
    assertThat(new Preflight(10_000, 1, whole("sgd"), 2, 0).driverBytes()).isEqualTo(9 * weight);
  }

  @Test
  void check_marginsOfManyRows_areRefusedWithAnotherWayOut() {
    Preflight rows = new Preflight(9, 100, whole("sgd"), 2, 4_000_000);
    assertThatThrownBy(() -> rows.check(false, 4 * GIB, 2 * GIB, 2, 0))
        .hasMessageStartingWith("Training 1000 weights takes about 6.0g in an executor")
        .hasMessageContaining("raise spark.executor.memory to ")
        .hasMessageEndingWith(", or train by mini-batches (batchSize).");
  }

  @Test
  void check_fits_saysNothing() {
    assertThatCode(() -> of(10_000_000, "momentum", 2).check(true, 4 * GIB, GIB, 1, GIB))
        .doesNotThrowAnyException();
    assertThatCode(() -> of(10_000_000, "momentum", 2).check(false, 4 * GIB, 2 * GIB, 2, 0))
        .doesNotThrowAnyException();
  }

  @Test
  void check_tooWide_namesTheSettingAndASizeThatFits() {
    assertThatThrownBy(() -> of(100_000_000, "adam", 2).check(true, 4 * GIB, GIB, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Training 100000001 weights takes about 20.1g in its process, besides the rows, but"
                + " there is 4.0g: raise spark.driver.memory to 30.2g, or hash the features into"
                + " fewer columns.");
    assertThatThrownBy(() -> of(100_000_000, "adam", 2).check(false, 4 * GIB, GIB, 1, 0))
        .hasMessageContaining("9.7g on the driver");
    assertThatThrownBy(() -> of(100_000_000, "adam", 2).check(false, 20 * GIB, GIB, 1, 0))
        .hasMessageContaining("7.8g in an executor")
        .hasMessageContaining("spark.executor.memory to 11.7g");
    assertThatThrownBy(() -> of(100_000_000, "adam", 2).check(false, 20 * GIB, 8 * GIB, 1, GIB))
        .hasMessageContaining("spark.driver.maxResultSize to 6.7g");
  }
}
