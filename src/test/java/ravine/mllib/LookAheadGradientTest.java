package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.Updater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.rule.Nesterov;
import ravine.rule.NesterovForm;
import ravine.schedule.Constant;
import ravine.schedule.Linear;
import ravine.schedule.Schedule;
import scala.Tuple2;

/** Nesterov's accelerated gradient in MLlib's {@code GradientDescent}, against one by hand. */
class LookAheadGradientTest extends SparkTestBase {
  private static final List<Tuple2<Object, Vector>> ROWS = RddFixtures.binaryRows(50, 4, 17);
  private static final Gradient LOGISTIC = new LogisticGradient();
  private static final double RATE = 0.1;
  private static final int STEPS = 40;

  /** θ and look-ahead points of every step, by the formula. */
  private static final class ByHand {
    final List<double[]> weights = new ArrayList<>();
    final List<double[]> points = new ArrayList<>();

    ByHand(Schedule momentum, double lambda) {
      double[] theta = new double[4];
      double[] velocity = new double[4];
      for (int t = 1; t <= STEPS + 1; t++) {
        double gamma = momentum.at(t);
        double[] point = new double[4];
        for (int j = 0; j < 4; j++) {
          point[j] = theta[j] - gamma * velocity[j];
        }
        weights.add(theta.clone());
        points.add(point);
        double[] gradient = RddFixtures.meanGradient(LOGISTIC, ROWS, point);
        for (int j = 0; j < 4; j++) {
          velocity[j] = gamma * velocity[j] + RATE * (gradient[j] + lambda * point[j]);
          theta[j] -= velocity[j];
        }
      }
    }
  }

  private static double meanLoss(double[] weights) {
    double sum = 0.0;
    for (Tuple2<Object, Vector> row : ROWS) {
      sum += (Double) LOGISTIC.compute(row._2(), (Double) row._1(), Vectors.dense(weights))._2();
    }
    return sum / ROWS.size();
  }

  private Tuple2<Vector, double[]> run(Gradient gradient, Updater updater, double regParam) {
    return GradientDescent.runMiniBatchSGD(
        RddFixtures.rdd(jsc(), ROWS, 2),
        gradient,
        updater,
        1.0,
        STEPS,
        regParam,
        1.0,
        Vectors.zeros(4),
        0.0);
  }

  static List<Schedule> momenta() {
    return List.of(new Constant(0.9), new Linear(0.5, 0.9, 30), new Constant(0.0));
  }

  @ParameterizedTest
  @MethodSource("momenta")
  void trueForm_equalsNesterovByHand(Schedule momentum) {
    NesterovUpdater updater = new NesterovUpdater(momentum).setSchedule(new Constant(RATE));
    Gradient gradient = new LookAheadGradient(LOGISTIC, updater);
    ByHand expected = new ByHand(momentum, 0.0);
    for (int fit = 0; fit < 2; fit++) {
      RddFixtures.Recording recording = new RddFixtures.Recording(updater);
      Tuple2<Vector, double[]> result = run(gradient, recording, 0.0);
      for (int t = 0; t <= STEPS; t++) {
        assertThat(recording.weights.get(t))
            .containsExactly(expected.weights.get(t), within(1e-12));
        assertThat(result._2()[t]).isCloseTo(meanLoss(expected.points.get(t)), within(1e-12));
      }
      assertThat(result._1().toArray()).containsExactly(recording.weights.get(STEPS));
      assertThat(updater.weights()).containsExactly(recording.weights.get(STEPS));
    }
  }

  @Test
  void trueForm_withL2_takesThePenaltysGradientAtTheLookAheadToo() {
    double lambda = 0.2;
    NesterovUpdater updater =
        new NesterovUpdater(0.9).setSchedule(new Constant(RATE)).setPenalty("l2");
    Tuple2<Vector, double[]> result =
        run(new LookAheadGradient(LOGISTIC, updater), updater, lambda);
    ByHand expected = new ByHand(new Constant(0.9), lambda);
    assertThat(result._1().toArray()).containsExactly(expected.weights.get(STEPS), within(1e-12));
    double squares = 0.0;
    for (double weight : expected.weights.get(STEPS)) {
      squares += weight * weight;
    }
    // Data loss at the look-ahead point, regularisation value at θ.
    assertThat(result._2()[STEPS])
        .isCloseTo(meanLoss(expected.points.get(STEPS)) + lambda / 2 * squares, within(1e-12));
  }

  @Test
  void rewrittenForm_updaterAlone_visitsTheLookAheadPoints() {
    NesterovUpdater updater = new NesterovUpdater(0.9).setSchedule(new Constant(RATE));
    assertThat(updater.rule().form()).isEqualTo(NesterovForm.REWRITTEN);
    RddFixtures.Recording recording = new RddFixtures.Recording(updater);
    Tuple2<Vector, double[]> result = run(LOGISTIC, recording, 0.0);
    ByHand expected = new ByHand(new Constant(0.9), 0.0);
    for (int t = 0; t <= STEPS; t++) {
      assertThat(recording.weights.get(t)).containsExactly(expected.points.get(t), within(1e-12));
      assertThat(result._2()[t]).isCloseTo(meanLoss(expected.points.get(t)), within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("momenta")
  void lookAheadRule_updaterAlone_visitsTheLookAheadPoints_andKnowsTheta(Schedule momentum) {
    RuleUpdater updater = new RuleUpdater(new Nesterov(momentum)).setSchedule(new Constant(RATE));
    RddFixtures.Recording recording = new RddFixtures.Recording(updater);
    run(LOGISTIC, recording, 0.0);
    ByHand expected = new ByHand(momentum, 0.0);
    for (int t = 0; t <= STEPS; t++) {
      assertThat(recording.weights.get(t)).containsExactly(expected.points.get(t), within(1e-12));
    }
    assertThat(updater.weights()).containsExactly(expected.weights.get(STEPS), within(1e-12));
  }

  @Test
  void constructor_rewrittenRule_isRefused() {
    NesterovUpdater updater =
        new NesterovUpdater(new Nesterov(new Constant(0.9), NesterovForm.OUTSIDE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LookAheadGradient(LOGISTIC, updater))
        .withMessageContaining("lookahead");
  }

  @Test
  void updaterWithoutItsGradient_isRefused() {
    NesterovUpdater updater = new NesterovUpdater(0.9);
    new LookAheadGradient(LOGISTIC, updater);
    assertThatIllegalStateException()
        .isThrownBy(() -> run(LOGISTIC, updater, 0.0))
        .withMessageContaining("LookAheadGradient");
  }

  @Test
  void gradientAtOtherWeights_isRefused() {
    NesterovUpdater updater = new NesterovUpdater(0.9).setSchedule(new Constant(RATE));
    Gradient gradient = new LookAheadGradient(LOGISTIC, updater);
    run(gradient, updater, 0.0);
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(() -> run(gradient, new RuleUpdater("sgd"), 0.0))
        .withMessageContaining("used together");
  }

  @Test
  void carriedState_goesOnAfterSerialization_ofGradientAndUpdaterTogether() throws Exception {
    NesterovUpdater updater =
        new NesterovUpdater(0.9).setSchedule(new Constant(RATE)).setCarryState(true);
    Gradient gradient = new LookAheadGradient(LOGISTIC, updater);
    Vector half = run(gradient, updater, 0.0)._1();
    // As a streaming checkpoint has it: one graph of objects, restored where no broadcast lives on.
    Object[] restored = roundTrip(new Object[] {gradient, updater});
    Vector onOriginal = runFrom(half, gradient, updater);
    Vector onRestored = runFrom(half, (Gradient) restored[0], (NesterovUpdater) restored[1]);
    assertThat(onRestored.toArray()).containsExactly(onOriginal.toArray(), within(1e-14));
    assertThat(((NesterovUpdater) restored[1]).steps()).isEqualTo(2 * STEPS);
  }

  private Vector runFrom(Vector initial, Gradient gradient, Updater updater) {
    return GradientDescent.runMiniBatchSGD(
            RddFixtures.rdd(jsc(), ROWS, 2), gradient, updater, 1.0, STEPS, 0.0, 1.0, initial, 0.0)
        ._1();
  }

  private static Object[] roundTrip(Object[] objects) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(objects);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Object[]) in.readObject();
    }
  }

  @Test
  void millionWeights_noTaskSizeWarning() {
    int dimension = 1_000_000;
    List<Tuple2<Object, Vector>> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int[] indices = {i, 500_000 + i, 999_999 - i};
      rows.add(
          new Tuple2<>(
              (double) (i % 2), Vectors.sparse(dimension, indices, new double[] {1, 2, 3})));
    }
    NesterovUpdater updater = new NesterovUpdater(0.9);
    try (LogCapture log = new LogCapture("org.apache.spark.scheduler")) {
      Tuple2<Vector, double[]> result =
          GradientDescent.runMiniBatchSGD(
              RddFixtures.rdd(jsc(), rows, 2),
              new LookAheadGradient(LOGISTIC, updater),
              updater,
              0.1,
              2,
              0.0,
              1.0,
              Vectors.zeros(dimension),
              0.0);
      assertThat(result._2()[2]).isLessThan(result._2()[0]);
      assertThat(log.messages()).noneMatch(message -> message.contains("large task"));
      assertThat(log.messages()).noneMatch(message -> message.contains("large size"));
    }
  }
}
