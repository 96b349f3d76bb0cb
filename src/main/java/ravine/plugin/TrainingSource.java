package ravine.plugin;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import org.apache.spark.metrics.source.Source;

/**
 * Metrics of all fits of a driver, in Spark's metrics system under {@code ravine}. The gauges are
 * those of the fit that was last heard of; NaN before there was one.
 */
final class TrainingSource implements Source {
  static final String NAME = "ravine";

  private final MetricRegistry registry = new MetricRegistry();
  private final Counter runningFits = registry.counter("runningFits");
  private final Counter fits = registry.counter("fits");
  private final Counter passes = registry.counter("passes");
  private final Counter steps = registry.counter("steps");
  private volatile double objective = Double.NaN;
  private volatile double gapBound = Double.NaN;
  private volatile double learningRate = Double.NaN;

  TrainingSource() {
    registry.register("objective", (Gauge<Double>) () -> objective);
    registry.register("gapBound", (Gauge<Double>) () -> gapBound);
    registry.register("learningRate", (Gauge<Double>) () -> learningRate);
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  void began() {
    runningFits.inc();
    fits.inc();
  }

  void step(double rate) {
    steps.inc();
    learningRate = rate;
  }

  /**
   * A pass has ended.
   *
   * @param more passes since the one before
   */
  void pass(int more, double newObjective, double gap) {
    passes.inc(more);
    objective = newObjective;
    gapBound = gap;
  }

  void gap(double bound) {
    gapBound = bound;
  }

  void ended() {
    runningFits.dec();
  }
}
