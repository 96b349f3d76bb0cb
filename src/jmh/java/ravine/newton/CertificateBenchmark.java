package ravine.newton;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import ravine.curvature.Certificate;
import ravine.exchange.KeptGradients;
import ravine.exchange.WholeBatch;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.Penalty;
import ravine.rows.RowsFixtures;

/**
 * What a certificate costs the driver, beside one pass over {@code rows} rows by one core: all that
 * a point of a Newton run is asked, by its gradient and by its step. A run on P cores makes a pass
 * of P times as many rows in the time given here, plus the exchange.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="CertificateBenchmark -p features=28"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CertificateBenchmark {
  @Param({"20000"})
  int rows;

  @Param({"28", "100", "500"})
  int features;

  @Param({"1", "2"})
  int outputs;

  /** Share of L1 in the penalty. */
  @Param({"0", "0.5"})
  double alpha;

  private Loss loss;
  private Penalty penalty;
  private KeptGradients whole;
  private Iterate at;
  private NewtonMetric metric;
  private NewtonModel.Step step;
  private double[] gradient;

  @Setup
  public void setUp() {
    Random random = new Random(1);
    double[] values = new double[rows * features];
    double[] labels = new double[rows];
    double[] weights = new double[rows];
    for (int i = 0; i < rows; i++) {
      double sum = random.nextGaussian();
      for (int j = 0; j < features; j++) {
        values[i * features + j] = random.nextGaussian();
        sum += values[i * features + j] / Math.sqrt(features);
      }
      labels[i] = sum > 0.0 ? 1.0 : 0.0;
      weights[i] = 1.0;
    }
    loss = outputs == 1 ? new Logistic() : new Softmax(outputs);
    int d = (features + 1) * outputs;
    double[] scale = new double[d];
    Arrays.fill(scale, 0, features * outputs, 1.0);
    penalty = new ElasticNet(1e-3, alpha, CoordinateScale.of(scale));
    Coordinates coordinates = Coordinates.identity(features, outputs, true);
    Problem problem = Problem.of(loss, coordinates, penalty, new double[d]);
    whole = KeptGradients.of(RowsFixtures.dense(features, values, labels, weights), problem);
    gradient = new double[d];
    double[] theta = new double[d];
    for (int j = 0; j < d; j++) {
      theta[j] = 0.01 * random.nextGaussian();
    }
    WholeBatch.Sums sums = whole.gradient(theta, 0, gradient);
    PenaltyTerms terms = PenaltyTerms.of(penalty, d);
    at = new Iterate(theta, gradient.clone(), sums.loss() + terms.value(theta), sums);
    double[] hessian = new double[d * d];
    whole.hessian(theta, 0, 0, 1, false, hessian);
    NewtonModel model = new NewtonModel(loss, hessian, at, terms);
    metric = new NewtonMetric(model, 1.0, false, loss, at);
    step = model.step(at, 1e-9);
  }

  /** Loss, gradient and kept margins of all rows. */
  @Benchmark
  public WholeBatch.Sums pass() {
    return whole.gradient(at.theta(), 0, gradient);
  }

  /** Nothing is enough, so that all is asked. */
  @Benchmark
  public Certificate certificate() {
    IterateCertificate proof = new IterateCertificate(loss, penalty, at.theta().length);
    proof.byGradient(at);
    return proof.at(at, metric, step, 0.0);
  }
}
