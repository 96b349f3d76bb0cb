package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Spaces of params, read from texts. */
class SearchSpaceTest {
  private static SearchSpace parse(String text) {
    return SearchSpace.parse(text, new MiniBatchLogisticRegression());
  }

  @Test
  void points_constantsAlone_areTheWholeGridInOrder() {
    SearchSpace space =
        parse("optimizer=nesterov|adam(beta2=0.99) ; batchSize=64|256; fitIntercept=true|FALSE;");
    assertThat(space.names()).containsExactly("optimizer", "batchSize", "fitIntercept");
    assertThat(space.size()).isEqualTo(8);
    List<Map<String, Object>> points = space.points(8, 1L);
    assertThat(points).hasSize(8).doesNotHaveDuplicates();
    assertThat(points.get(0))
        .isEqualTo(Map.of("optimizer", "nesterov", "batchSize", 64, "fitIntercept", true));
    assertThat(points.get(7))
        .isEqualTo(
            Map.of("optimizer", "adam(beta2=0.99)", "batchSize", 256, "fitIntercept", false));
  }

  @Test
  void points_moreThanAskedFor_areASampleWithoutRepetition() {
    SearchSpace space = parse("optimizer=nesterov|adam|momentum; batchSize=32|64|128");
    assertThat(space.points(8, 5L)).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void points_ranges_areWithinTheirEndsAndSpreadAsTheySay() {
    SearchSpace space =
        parse("regParam=log(1e-6, 1); elasticNetParam=uniform(0.2,0.4); batchSize=int(10, 12)");
    assertThat(space.size()).isEqualTo(Long.MAX_VALUE);
    List<Map<String, Object>> points = space.points(2_000, 3L);
    assertThat(points).hasSize(2_000);
    int below = 0;
    HashSet<Object> sizes = new HashSet<>();
    for (Map<String, Object> point : points) {
      double regParam = (Double) point.get("regParam");
      assertThat(regParam).isBetween(1e-6, 1.0);
      below += regParam < 1e-3 ? 1 : 0;
      assertThat((Double) point.get("elasticNetParam")).isBetween(0.2, 0.4);
      sizes.add(point.get("batchSize"));
    }
    assertThat(below).isBetween(900, 1_100);
    assertThat(sizes).isEqualTo(new HashSet<Object>(List.of(10, 11, 12)));
  }

  @Test
  void points_drawnNumbers_haveFourDigits() {
    for (Map<String, Object> point : parse("stepSize=log(1e-3, 1)").points(200, 9L)) {
      double value = (Double) point.get("stepSize");
      assertThat(Double.parseDouble(String.format(Locale.ROOT, "%.3e", value))).isEqualTo(value);
    }
  }

  @Test
  void points_constantBesideRange_areBothDrawn() {
    List<Map<String, Object>> points = parse("regParam=0|log(1e-6,1)").points(50, 4L);
    assertThat(points).anyMatch(point -> point.get("regParam").equals(0.0));
    assertThat(points).anyMatch(point -> (Double) point.get("regParam") > 0.0);
  }

  @Test
  void points_sameSeed_areTheSameAndBeginAlike() {
    SearchSpace space = parse("regParam=log(1e-6, 1); optimizer=adam|sgd");
    assertThat(space.points(20, 7L))
        .isEqualTo(parse("regParam=log(1e-6, 1); optimizer=adam|sgd").points(20, 7L));
    assertThat(space.points(40, 7L).subList(0, 20)).isEqualTo(space.points(20, 7L));
    assertThat(space.points(20, 8L)).isNotEqualTo(space.points(20, 7L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "'' # search is empty",
        "regParam # regParam=log(1e-6, 1), but has regParam",
        "regPram=1 # which is no param: did you mean regParam?",
        "labelCol=a|b # search cannot vary labelCol",
        "regParam=1; REGPARAM=2 # names regParam twice",
        "regParam=1|1.0 # the value 1.0 twice",
        "regParam=1| # an empty value",
        "regParam=many # the value many, which is no number",
        "batchSize=1.5 # the value 1.5, which is no whole number",
        "batchSize=99999999999 # the value 99999999999, which is no whole number",
        "fitIntercept=yes # which is not true or false",
        "regParam=log(0, 1) # log takes numbers above 0",
        "regParam=log(1, 1e-6) # the smaller one first",
        "regParam=log(1) # takes two numbers",
        "regParam=uniform(a, 1) # uniform takes two numbers",
        "batchSize=int(1.5, 3) # these are not whole numbers",
        "regParam=-1 # the value -1.0, but it is:",
        "elasticNetParam=uniform(0, 2) # the value 2.0, but it is:",
        "optimizer=adam(beta2=0.9 # leaves a bracket open",
        "optimizer=adam) # closes a bracket that is not open",
      })
  void parse_mistakes_areSaidInASentence(String text, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(text))
        .withMessageContaining(sentence);
  }
}
