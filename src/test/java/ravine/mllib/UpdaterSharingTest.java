package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static ravine.mllib.RddFixtures.probe;
import static ravine.mllib.RddFixtures.step;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Updater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;

/** An updater that is shipped, asked by two threads, or driven by another optimizer. */
class UpdaterSharingTest {
  private static final Schedule TENTH = new Constant(0.1);

  static List<UpdateRule> everyRule() {
    return RddFixtures.everyRule();
  }

  @Test
  void serialization_resets_unlessStateIsCarried() throws Exception {
    MomentumUpdater reset =
        new MomentumUpdater(0.5).setSchedule(TENTH).setPenalty("l2").setInterceptExempt(true);
    MomentumUpdater carried = new MomentumUpdater(0.5).setSchedule(TENTH).setCarryState(true);
    double[] first = {0.9};
    for (MomentumUpdater updater : new MomentumUpdater[] {reset, carried}) {
      probe(updater, 1.0);
      assertThat(step(updater, new double[] {1.0}, 1.0)).containsExactly(first);
    }
    MomentumUpdater resetCopy = roundTrip(reset);
    assertThat(resetCopy.rule()).isEqualTo(reset.rule());
    assertThat(resetCopy.steps()).isZero();
    assertThat(step(resetCopy, first, 1.0)[0]).isCloseTo(0.8, within(1e-15));

    MomentumUpdater carriedCopy = roundTrip(carried);
    assertThat(carriedCopy.steps()).isEqualTo(1);
    probe(carriedCopy, first);
    assertThat(step(carriedCopy, first, 1.0)).containsExactly(step(carried, first, 1.0));
  }

  @Test
  void serialization_doesNotShipStateThatIsNotCarried() throws Exception {
    AdamUpdater updater = new AdamUpdater();
    int before = bytes(updater).length;
    probe(updater, new double[100_000]);
    step(updater, new double[100_000], new double[100_000]);
    assertThat(bytes(updater)).hasSizeLessThan(before + 100);
    updater.setCarryState(true);
    assertThat(bytes(updater)).hasSizeGreaterThan(2 * 800_000);
  }

  @ParameterizedTest
  @MethodSource("everyRule")
  void serialization_ofEveryRule_roundTrips(UpdateRule rule) throws Exception {
    RuleUpdater updater = new RuleUpdater(rule).setSchedule(TENTH).setCarryState(true);
    double[] weights = {1.0, -1.0};
    probe(updater, weights);
    weights = step(updater, weights, 0.5, 3.0);
    RuleUpdater copy = roundTrip(updater);
    assertThat(copy.rule()).isEqualTo(rule);
    assertThat(step(copy, weights, -0.2, 0.1)).containsExactly(step(updater, weights, -0.2, 0.1));
  }

  @Test
  void compute_fromAnotherThreadInAFit_isRefused() throws Exception {
    MomentumUpdater updater = new MomentumUpdater();
    probe(updater, 1.0);
    double[] weights = step(updater, new double[] {1.0}, 1.0);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> other.submit(() -> step(updater, weights, 1.0)).get())
          .withCauseInstanceOf(IllegalStateException.class)
          .withMessageContaining("updater of its own");
      assertThat(updater.steps()).as("the fit in progress is unharmed").isEqualTo(1);
      step(updater, weights, 1.0);

      // A fit that begins elsewhere takes over; the first one is told so instead of going on.
      other.submit(() -> probe(updater, 5.0)).get();
      assertThatIllegalStateException().isThrownBy(() -> step(updater, weights, 1.0));
      assertThat(other.submit(() -> step(updater, new double[] {5.0}, 1.0)).get()[0])
          .isEqualTo(4.9);
      probe(updater, 1.0);
      step(updater, new double[] {1.0}, 1.0);
    } finally {
      other.shutdown();
    }
  }

  @Test
  void compute_inTheMannerOfLbfgs_isRefused() {
    AdamUpdater updater = new AdamUpdater();
    lbfgsEvaluation(updater, 1.0);
    assertThatIllegalStateException()
        .isThrownBy(() -> lbfgsEvaluation(updater, 2.0))
        .withMessageContaining("LBFGS")
        .withMessageContaining("SquaredL2Updater")
        .withMessageContaining("MiniBatchOptimizer");
    probe(updater, 1.0);
    step(updater, new double[] {1.0}, 1.0);
    assertThat(updater.steps()).as("usable afterwards").isEqualTo(1);
  }

  private static void lbfgsEvaluation(Updater updater, double weight) {
    probe(updater, weight);
    updater.compute(Vectors.dense(weight), Vectors.zeros(1), 1.0, 1, 0.0);
  }

  @Test
  void compute_zeroFirstGradientOfAGenuineFit_isNotRefused() {
    // A hinge loss may have a gradient of exactly 0 at the start; step size 1 is MLlib's default.
    MomentumUpdater updater = new MomentumUpdater().setCarryState(true);
    for (int fit = 0; fit < 3; fit++) {
      probe(updater, 1.0);
      for (int iter = 1; iter <= 3; iter++) {
        updater.compute(Vectors.dense(1.0), Vectors.zeros(1), 1.0, iter, 0.0);
      }
    }
    for (int fit = 0; fit < 3; fit++) {
      lbfgsEvaluation(updater, 1.0);
    }
    assertThat(updater.steps()).isEqualTo(12);
  }

  private static byte[] bytes(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  @SuppressWarnings("unchecked")
  private static <T> T roundTrip(T object) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes(object)))) {
      return (T) in.readObject();
    }
  }
}
