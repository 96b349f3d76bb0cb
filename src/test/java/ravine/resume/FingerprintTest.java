package ravine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ravine.checkpoint.Sections;

class FingerprintTest {
  private static Fingerprint print(String rule, long rows, double... means) {
    return new Fingerprint()
        .put("optimizer", rule)
        .put("the number of rows", rows)
        .put("the mean label", new double[] {0.25})
        .put("the list of means", means);
  }

  private static Sections saved() {
    Sections saved = new Sections();
    print("adam", 10, 1.0, -2.0, 3.0).save(saved);
    return saved;
  }

  @Test
  void difference_same_isNone() {
    assertThat(print("adam", 10, 1.0, -2.0, 3.0).difference(saved())).isNull();
  }

  @Test
  void difference_rounding_isNone() {
    assertThat(print("adam", 10, Math.nextUp(1.0), -2.0, 3.0 - 1e-12).difference(saved())).isNull();
  }

  @Test
  void difference_others_isNamedInTheOrderItWasPut() {
    assertThat(print("sgd", 11, 1.0).difference(saved()))
        .isEqualTo("optimizer was adam and is sgd");
    assertThat(print("adam", 11, 1.0).difference(saved()))
        .isEqualTo("the number of rows was 10 and is 11");
    assertThat(print("adam", 10, 1.0).difference(saved()))
        .isEqualTo("the list of means had another length");
    assertThat(print("adam", 10, 1.0, -2.0, 3.000001).difference(saved()))
        .isEqualTo("the list of means had other numbers");
  }

  /** Two columns exchanged: their sum is the same. */
  @Test
  void difference_exchangedNumbers_isSeen() {
    assertThat(print("adam", 10, -2.0, 1.0, 3.0).difference(saved()))
        .isEqualTo("the list of means had other numbers");
  }

  @Test
  void difference_oneNumber_tellsBoth() {
    Fingerprint other =
        new Fingerprint().put("optimizer", "adam").put("the mean label", new double[] {0.5});
    assertThat(other.difference(saved())).isEqualTo("the mean label was 0.25 and is 0.5");
  }

  @Test
  void difference_somethingNew_isNotStated() {
    assertThat(new Fingerprint().put("momentum", "0.9").difference(saved()))
        .isEqualTo("momentum was not stated and is 0.9");
  }
}
