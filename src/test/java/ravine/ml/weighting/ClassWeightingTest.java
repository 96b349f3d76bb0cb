package ravine.ml.weighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassWeightingTest {
  private static double[] unasked() {
    throw new AssertionError("nobody needs the totals");
  }

  @Test
  void weights_named_areOneForWhoIsNot_andAskForNoTotals() {
    ClassWeighting weighting = ClassWeighting.of(" 3:10 , 1.0:0.5");

    assertThat(weighting.weights(ClassWeightingTest::unasked)).containsExactly(1.0, 0.5, 1.0, 10.0);
    assertThat(weighting.isNone()).isFalse();
    assertThat(weighting.isBalanced()).isFalse();
    assertThat(weighting).hasToString("1:0.5,3:10.0");
    assertThat(ClassWeighting.of(weighting.toString())).hasToString("1:0.5,3:10.0");
  }

  /** scikit-learn's formula, n / (K n_k), for the classes that there are. */
  @Test
  void weights_balanced_areRowsByThoseOfTheClass() {
    ClassWeighting weighting = ClassWeighting.of("balanced");

    assertThat(weighting.weights(() -> new double[] {90.0, 0.0, 10.0}))
        .containsExactly(100.0 / 180.0, 1.0, 5.0);
    assertThat(weighting.isBalanced()).isTrue();
    assertThat(weighting).hasToString("balanced");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void weights_none_areEmpty(String text) {
    assertThat(ClassWeighting.of(text).isNone()).isTrue();
    assertThat(ClassWeighting.of(text).weights(ClassWeightingTest::unasked)).isEmpty();
    assertThat(ClassWeighting.of(text)).hasToString("none");
  }

  @Test
  void of_label_thatIsNoClassOrBeyond_isOne() {
    double[] weights = {2.0, 3.0};
    assertThat(ClassWeighting.of(weights, 1.0)).isEqualTo(3.0);
    for (double label : new double[] {2.0, -1.0, 0.5, Double.NaN, 1e300}) {
      assertThat(ClassWeighting.of(weights, label)).isEqualTo(1.0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1:0   | classWeight must be positive and finite for each class, but was 0.0 for class 1: leave its rows out instead",
        "1:-2  | classWeight must be positive and finite for each class, but was -2.0 for class 1",
        "0:NaN | classWeight must be positive and finite for each class, but was NaN for class 0",
        "0:Infinity | classWeight must be positive and finite for each class, but was Infinity for class 0",
        "1:2,1:3 | classWeight must name each class once, but names 1 twice",
        "-1:2  | classWeight names classes by their labels 0, 1, 2, …, but names -1",
        "1.5:2 | classWeight names classes by their labels 0, 1, 2, …, but names 1.5",
        "even  | classWeight must be balanced, or weights by class such as 0:1,1:10, but was 'even'",
        "1:2,  | classWeight must be balanced, or weights by class such as 0:1,1:10, but was '1:2,'",
        "1:many | classWeight must be balanced, or weights by class such as 0:1,1:10, but was '1:many'"
      })
  void of_badText_isRefusedInASentence(String text, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassWeighting.of(text))
        .withMessage(sentence);
  }

  @Test
  void requireAmong_aClassThatThereIsNot_isRefused() {
    ClassWeighting weighting = ClassWeighting.of("2:5");
    weighting.requireAmong(3, "label");
    ClassWeighting.of("balanced").requireAmong(2, "label");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weighting.requireAmong(2, "label"))
        .withMessage("classWeight names class 2, but the classes in column label are 0 to 1.");
  }

  @Test
  void exactSum_inAnyOrderAndSplit_isTheNearestDouble() {
    Random random = new Random(3);
    List<Double> numbers = new ArrayList<>();
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < 500; i++) {
      double number = random.nextDouble() * Math.pow(10.0, random.nextInt(41) - 20);
      numbers.add(number);
      exact = exact.add(new BigDecimal(number));
    }
    for (int order = 0; order < 5; order++) {
      Collections.shuffle(numbers, random);
      ExactSum whole = new ExactSum();
      int cut = 1 + random.nextInt(498);
      for (List<Double> part : List.of(numbers.subList(0, cut), numbers.subList(cut, 500))) {
        ExactSum sum = new ExactSum();
        part.forEach(sum::add);
        for (double piece : sum.parts()) {
          whole.add(piece);
        }
      }
      assertThat(whole.value()).isEqualTo(exact.doubleValue());
    }
    assertThat(new ExactSum().value()).isZero();
  }
}
