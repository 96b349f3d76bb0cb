package ravine.step;

import java.util.SplittableRandom;
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
import ravine.penalty.None;
import ravine.rule.Momentum;
import ravine.schedule.Constant;

/**
 * What measuring the motion of steps costs: a step of momentum without and with it. Their
 * difference is to be below 20 µs, which is 2 % of a step of 1 ms.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="MotionMeter"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MotionMeterBenchmark {
  @Param({"100", "1000", "20000", "1000000"})
  int weights;

  private Stepper stepper;
  private MotionMeter meter;
  private double[] gradient;

  /** Gradients of any kind; the rate of 0 keeps the weights finite. */
  @Setup
  public void setup() {
    SplittableRandom random = new SplittableRandom(3);
    gradient = random.doubles(weights, -1, 1).toArray();
    double[] initial = random.doubles(weights, -1, 1).toArray();
    stepper =
        new Stepper(new StepPlan(new Momentum(0.9), new Constant(0.0), new None(), 0.0), initial);
    meter = new MotionMeter(stepper);
  }

  /** A step. */
  @Benchmark
  public double alone() {
    stepper.step(gradient);
    return stepper.learningRate();
  }

  /** A step as mini-batches make it. */
  @Benchmark
  public double measured() {
    boolean due = meter.isDue();
    if (due) {
      meter.begin(gradient);
    }
    stepper.step(gradient);
    return due ? meter.end().updateRatio() : stepper.learningRate();
  }
}
