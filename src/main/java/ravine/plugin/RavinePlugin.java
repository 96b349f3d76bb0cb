package ravine.plugin;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code spark.plugins=ravine.plugin.RavinePlugin}: the tab <i>Training</i> and the metrics {@code
 * ravine.*} from the start of a session, and the metrics without a web interface, too. Without it
 * both come with the first fit of a session that has a web interface or an event log.
 */
public final class RavinePlugin implements SparkPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(RavinePlugin.class);

  /** Made by Spark. */
  public RavinePlugin() {}

  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  /** Nothing is done there. */
  @Override
  public @Nullable ExecutorPlugin executorPlugin() {
    return null;
  }

  /** Waits until the metrics system knows the application's name. */
  private static final class Driver implements DriverPlugin {
    private @Nullable SparkContext context;

    @Override
    public Map<String, String> init(SparkContext started, PluginContext plugin) {
      context = started;
      return Map.of();
    }

    @Override
    public void registerMetrics(String application, PluginContext plugin) {
      SparkContext started = context;
      try {
        if (started != null) {
          Attachment.to(started, true);
        }
      } catch (Throwable e) {
        LOG.warn("Fits cannot be watched in Spark's web interface: {}", e.toString(), e);
      }
    }
  }
}
