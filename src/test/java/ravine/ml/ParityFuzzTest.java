package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.BeforeProperty;
import net.jqwik.api.statistics.Statistics;
import ravine.SparkTestBase;

/**
 * Random problems against a trusted solver: the default ends within ten times its tolerance of the
 * optimum, or does not say CONVERGED; and nearly always it arrives. {@link ParityFuzzMain} does the
 * same for as many cases as one has time for.
 */
class ParityFuzzTest extends SparkTestBase {
  private static final int MOST_ROWS = 5_000;
  private static final double SHARE_WITHIN = 97.0;
  private static final double MOST_PASSES = 100.0;

  @BeforeProperty
  void session() {
    runBefore();
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs().between(0L, 1L << 40);
  }

  @Property(
      tries = 100,
      seed = "20261126",
      generation = GenerationMode.RANDOMIZED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void fit_randomProblemByTheEstimator_arrivesOrSaysThatItDidNot(@ForAll("seeds") long seed) {
    judge(ParityCase.ofEstimator(spark(), seed, MOST_ROWS));
  }

  @Property(
      tries = 400,
      seed = "20261127",
      generation = GenerationMode.RANDOMIZED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void run_randomProblemByTheLoopAlone_arrivesOrSaysThatItDidNot(@ForAll("seeds") long seed) {
    judge(ParityCase.ofLoop(seed, MOST_ROWS));
  }

  /** Sums of 7 rows put 16 weights at 10¹⁶, from where steps over the rows did not come back. */
  @Example
  void fit_fewerRowsThanNearlyEqualColumns_arrives() {
    ParityCase done = ParityCase.ofEstimator(spark(), 318800, 300);

    assertThat(done.arrived()).as(done.toString()).isTrue();
    assertThat(done.isHonest() && done.isBounded()).as(done.toString()).isTrue();
  }

  private static void judge(ParityCase done) {
    assertThat(done.isHonest()).as("CONVERGED and within 1e-5: %s", done).isTrue();
    assertThat(done.isBounded()).as("a proven bound is one: %s", done).isTrue();
    Statistics.label("within 1e-5 in 100 passes")
        .collect(done.arrived() && done.fit().passes() <= MOST_PASSES)
        .coverage(checker -> checker.check(true).percentage(share -> share >= SHARE_WITHIN));
  }
}
