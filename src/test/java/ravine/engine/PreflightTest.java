package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import ravine.spec.Specs;

class PreflightTest {
  private static final long GIB = 1L << 30;

  private static Preflight of(long features, String rule, int tasks) {
    return new Preflight(features, 1, Specs.rule(rule), tasks);
  }

  @Test
  void bytes_growWithStateAndTasks() {
    long weight = 8L * 1_000_001;
    assertThat(of(1_000_000, "sgd", 2).driverBytes()).isEqualTo(9 * weight);
    assertThat(of(1_000_000, "momentum", 2).driverBytes()).isEqualTo(11 * weight);
    assertThat(of(1_000_000, "adam", 2).driverBytes()).isEqualTo(13 * weight);
    assertThat(of(1_000_000, "adam", 2).taskBytes()).isEqualTo(84_000_000);
    assertThat(of(1_000_000, "adam", 3).resultBytes()).isEqualTo(72_000_000);
    Preflight classes = new Preflight(1_000_000, 10, Specs.rule("sgd"), 2);
    assertThat(classes.driverBytes()).isEqualTo(90 * weight);
    assertThat(classes.taskBytes()).isEqualTo(20 * weight);
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
