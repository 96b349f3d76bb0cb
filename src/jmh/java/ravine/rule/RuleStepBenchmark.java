package ravine.rule;

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
import ravine.spec.Specs;

/**
 * One step of a rule over d weights, each rule with its defaults: what the driver does between two
 * exchanges.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="RuleStep -p dimension=100000 -p rule=adam"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RuleStepBenchmark {
  @Param({"100", "100000"})
  int dimension;

  @Param({
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "adam",
    "adamw",
    "amsgrad",
    "adamax",
    "nadam"
  })
  String rule;

  private UpdateRule chosen;
  private RuleState state;
  private double[] weights;
  private double[] gradient;

  @Setup
  public void setUp() {
    Random random = new Random(1);
    chosen = Specs.rule(rule);
    state = chosen.newState(dimension);
    weights = random.doubles(dimension).toArray();
    gradient = random.doubles(dimension).toArray();
  }

  @Benchmark
  public double[] step() {
    chosen.step(weights, gradient, 1e-9, state);
    return weights;
  }
}
