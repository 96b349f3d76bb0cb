package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds of {@link ParityFuzzMain} that once ended far from the optimum, without Spark. */
class ParityRegressionTest {
  private static final int MOST_ROWS = 400;

  /**
   * A step cut σ to a twentieth while the residuals were not there yet, so that no row was within
   * εσ: the Hessian was thrown away for its negative entry in ln σ, zeros took its place, and the
   * run was STALLED at 2e-2 to 2 times the optimum.
   */
  @ParameterizedTest
  @ValueSource(longs = {1010, 1184, 1226, 1250, 1326})
  void run_huberWhereNoRowIsNear_arrives(long seed) {
    ParityCase done = ParityCase.ofLoop(seed, MOST_ROWS);

    assertThat(done.problem().kind()).isEqualTo(ParityProblem.Kind.HUBER);
    assertThat(done.arrived()).as(done.toString()).isTrue();
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }

  /** Where nothing was to be gained at a width of the twin any more, the next one was not tried. */
  @ParameterizedTest
  @ValueSource(longs = {1178, 1329})
  void run_hingeWhoseTwinIsSolvedToRounding_goesOnToTheNextWidth(long seed) {
    ParityCase done = ParityCase.ofLoop(seed, MOST_ROWS);

    assertThat(done.problem().kind()).isEqualTo(ParityProblem.Kind.SVC);
    assertThat(done.arrived()).as(done.toString()).isTrue();
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }

  /** An estimate that took the intercept's slope for 0 was taken for the truth: 8e-5 away. */
  @Test
  void run_hingeWhoseEstimateSupposesItsIntercept_isConvergedOnlyWithAProof() {
    ParityCase done = ParityCase.ofLoop(4478, 5_000);

    assertThat(done.problem().kind()).isEqualTo(ParityProblem.Kind.SVC);
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }

  /** The hinge falls far along a direction in which its twin does not curve. */
  @Test
  void run_hingeWithASlopeWhereNothingCurves_provesNothing() {
    ParityCase done = ParityCase.ofLoop(314611, 300);

    assertThat(done.problem().kind()).isEqualTo(ParityProblem.Kind.SVC);
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }

  /** A step that raised the model was called its minimum: CONVERGED at twice the optimum. */
  @ParameterizedTest
  @ValueSource(longs = {300372, 325548})
  void run_modelThatRisesToItsOwnMinimum_provesNothing(long seed) {
    ParityCase done = ParityCase.ofLoop(seed, 300);

    assertThat(done.problem().kind()).isEqualTo(ParityProblem.Kind.SOFTMAX);
    assertThat(done.arrived()).as(done.toString()).isTrue();
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }

  /** As many weights as rows: the scale underflowed to 0, whose logarithm is no number. */
  @ParameterizedTest
  @ValueSource(longs = {300237, 327387, 339573})
  void run_huberThatMeetsEveryRow_hasAScale(long seed) {
    ParityCase done = ParityCase.ofLoop(seed, 300);

    assertThat(done.problem().kind()).isEqualTo(ParityProblem.Kind.HUBER);
    assertThat(done.fit().scale()).isPositive();
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }

  /** Margins of large coefficients round to more than what was left of the objective. */
  @ParameterizedTest
  @ValueSource(longs = {518672, 521251})
  void run_huberThatMeetsEveryRowWithLargeCoefficients_isBoundedByWhatItsMarginsRoundTo(long seed) {
    ParityCase done = ParityCase.ofLoop(seed, 300);

    assertThat(done.problem().kind()).isEqualTo(ParityProblem.Kind.HUBER);
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }

  /** The factor of nearly equal columns was noise, and the null model was what came back. */
  @ParameterizedTest
  @ValueSource(longs = {100525, 100845, 102255, 102317, 102943, 103201, 103619})
  void run_nearlyEqualColumnsAndFewRows_arrives(long seed) {
    ParityCase done = ParityCase.ofLoop(seed, 300);

    assertThat(done.arrived()).as(done.toString()).isTrue();
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }
}
