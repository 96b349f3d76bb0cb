package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.schedule.GoldenTable;

/**
 * Every rule against the trajectory of an independent implementation: {@code
 * src/test/python/golden} tells which and how.
 *
 * <p>The tolerance is 1e-12 of the longest step the coordinate has made so far, plus one rounding
 * of the weight per step, which is what adding up a trajectory of doubles costs by itself.
 */
class GoldenTrajectoryTest {
  private static final double TOLERANCE = 1e-12;
  private static final int DIMENSION = 6;

  static Stream<String> goldenFiles() {
    return Rules.BY_GOLDEN_FILE.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("goldenFiles")
  void step_goldenTrajectory_agrees(String name) {
    UpdateRule rule = Rules.BY_GOLDEN_FILE.get(name);
    GoldenTable golden = GoldenTable.read(name);
    assertThat(rule).hasToString(golden.header().get("rule"));
    List<double[]> expected = golden.rows();
    List<double[]> inputs = GoldenTable.read("inputs").rows();
    assertThat(inputs).hasSizeGreaterThanOrEqualTo(60).hasSize(expected.size() - 1);
    boolean quadratic = golden.header().get("gradient").equals("quadratic");
    boolean points = name.endsWith("-points");

    double[] weights = Arrays.copyOfRange(expected.get(0), 1, 1 + DIMENSION);
    double[] longest = new double[DIMENSION];
    double[] heaviest = new double[DIMENSION];
    RuleState state = rule.newState(DIMENSION);
    for (int t = 1; t < expected.size(); t++) {
      double[] point = rule.gradientPoint(weights, state);
      double[] gradient =
          quadratic
              ? quadraticGradient(point)
              : Arrays.copyOfRange(inputs.get(t - 1), 3, 3 + DIMENSION);
      rule.step(weights, gradient, inputs.get(t - 1)[1], state);
      double[] actual = points ? rule.gradientPoint(weights, state) : weights;
      for (int j = 0; j < DIMENSION; j++) {
        double was = expected.get(t - 1)[j + 1];
        double is = expected.get(t)[j + 1];
        longest[j] = Math.max(longest[j], Math.abs(is - was));
        heaviest[j] = Math.max(heaviest[j], Math.max(Math.abs(is), Math.abs(was)));
        assertThat(actual[j])
            .as("%s, step %d, weight %d", name, t, j)
            .isCloseTo(is, within(TOLERANCE * longest[j] + t * Math.ulp(heaviest[j])));
      }
    }
    assertThat(state.step()).isEqualTo(expected.size() - 1);
  }

  private static double[] quadraticGradient(double[] at) {
    List<double[]> rows = GoldenTable.read("quadratic").rows();
    double[] gradient = new double[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      double[] row = rows.get(i);
      double sum = -row[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        sum += row[j] * at[j];
      }
      gradient[i] = sum;
    }
    return gradient;
  }

  @Test
  void goldenFiles_everyPermittedRule_isCovered() {
    assertThat(Rules.all().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(UpdateRule.class.getPermittedSubclasses());
  }

  @Test
  void goldenFiles_everyFormAndCorrection_isCovered() {
    List<UpdateRule> rules = Rules.all().toList();
    assertThat(rules)
        .filteredOn(Momentum.class::isInstance)
        .extracting(rule -> ((Momentum) rule).form())
        .contains(MomentumForm.values());
    assertThat(rules)
        .filteredOn(Momentum.class::isInstance)
        .extracting(rule -> ((Momentum) rule).correction())
        .contains(MomentumCorrection.values());
    assertThat(rules)
        .filteredOn(Nesterov.class::isInstance)
        .extracting(rule -> ((Nesterov) rule).form())
        .contains(NesterovForm.values());
    assertThat(rules)
        .filteredOn(Adam.class::isInstance)
        .extracting(rule -> ((Adam) rule).epsilonForm())
        .contains(EpsilonForm.values());
  }

  @Test
  void inputs_areNotTrivial() {
    List<double[]> inputs = GoldenTable.read("inputs").rows();
    double[] sizes =
        inputs.stream()
            .flatMapToDouble(row -> Arrays.stream(row, 3, 3 + DIMENSION))
            .map(Math::abs)
            .filter(size -> size > 0)
            .toArray();
    assertThat(Arrays.stream(sizes).min().orElseThrow()).isLessThan(1e-8);
    assertThat(Arrays.stream(sizes).max().orElseThrow()).isGreaterThan(1e8);
    assertThat(inputs.stream().mapToDouble(row -> row[1]).distinct().count()).isGreaterThan(30);
    assertThat(inputs.stream().mapToDouble(row -> row[7]).filter(g -> g == 0).count())
        .isGreaterThan(30);
  }
}
