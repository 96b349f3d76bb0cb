package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;

/** A sample of what {@link CancelsMain} tries: cancels at random moments, also between two jobs. */
@Timeout(180)
class CancelTest extends SparkTestBase {
  private static final int CASES = 8;

  @ParameterizedTest
  @ValueSource(strings = {"auto", "jobs"})
  void fit_cancelledAtARandomMoment_endsInOneSentence(String engine) throws InterruptedException {
    for (int seed = 1; seed <= CASES; seed++) {
      CancelCase done = CancelCase.run(spark(), seed, engine);
      assertThat(done.isSaid()).as("%s", done).isTrue();
    }
  }
}
