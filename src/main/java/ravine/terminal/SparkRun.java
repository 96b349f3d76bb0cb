package ravine.terminal;

import java.net.URI;
import java.net.URL;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.slf4j.LoggerFactory;

/**
 * The Spark session of one command. A context that runs already (tests, a notebook) is used and
 * left running; otherwise one is made and stopped at the end, on all cores of this machine and
 * bound to the loopback address when no master is set.
 */
public final class SparkRun implements AutoCloseable {
  /** What spark-submit falls back on when nobody has configured logging. */
  private static final String SPARK_DEFAULTS = "org/apache/spark/log4j2-defaults";

  /** These print the trace of every failed task; the command says the cause in one sentence. */
  private static final String[] RETOLD = {
    "org.apache.spark.executor.Executor",
    "org.apache.spark.scheduler.TaskSetManager",
    "org.apache.spark.scheduler.DAGScheduler",
    "org.apache.spark.util.Utils",
    "org.apache.spark.internal.io.SparkHadoopMapReduceWriter",
    "org.apache.spark.sql.execution.datasources.FileFormatWriter"
  };

  private final SparkSession session;
  private final boolean ours;

  private SparkRun(SparkSession session, boolean ours) {
    this.session = session;
    this.ours = ours;
  }

  public static SparkRun start(String command, boolean debug) {
    boolean ours = SparkEnv.get() == null;
    if (ours) {
      SparkConf conf = new SparkConf();
      if (!conf.contains("spark.master")) {
        conf.setMaster("local[*]");
        conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        conf.setIfMissing("spark.driver.host", "127.0.0.1");
        conf.setIfMissing("spark.ui.enabled", "false");
        conf.setIfMissing("spark.sql.shuffle.partitions", "8");
      }
      conf.setIfMissing("spark.app.name", "ravine " + command);
      SparkContext context = new SparkContext(conf);
      if (!debug && !conf.contains("spark.log.level")) {
        context.setLogLevel("ERROR");
        quieten();
      }
    }
    return new SparkRun(SparkSession.builder().getOrCreate(), ours);
  }

  private static void quieten() {
    for (String logger : RETOLD) {
      Configurator.setLevel(logger, Level.OFF);
    }
    // Why training is slower than it could be is for the user to know.
    if (!LoggerFactory.getLogger("ravine").isWarnEnabled()) {
      Configurator.setLevel("ravine", Level.WARN);
    }
  }

  /**
   * Where nobody has configured logging, Spark would choose the level INFO. Must run before the
   * first Spark class is touched.
   */
  public static void quietLogging() {
    LoggerContext logging = LoggerContext.getContext(false);
    URL settings = SparkRun.class.getResource("log4j2-command-line.properties");
    Configuration configuration = logging.getConfiguration();
    String source = configuration.getConfigurationSource().getLocation();
    boolean untouched =
        configuration instanceof DefaultConfiguration
            || (source != null && source.contains(SPARK_DEFAULTS));
    if (settings != null && untouched) {
      Configurator.reconfigure(URI.create(settings.toString()));
    }
  }

  /** Whether someone watches the output. */
  @SuppressWarnings("SystemConsoleNull") // handled: from JDK 22 on, the console is asked.
  public static boolean isTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return Boolean.TRUE.equals(java.io.Console.class.getMethod("isTerminal").invoke(console));
    } catch (ReflectiveOperationException e) {
      // Before JDK 22 there is a console only where there is a terminal.
      return true;
    }
  }

  public SparkSession session() {
    return session;
  }

  @Override
  public void close() {
    if (ours) {
      session.stop();
    }
  }
}
