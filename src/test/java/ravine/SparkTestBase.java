package ravine;

import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeEach;

/**
 * A test that needs Spark extends this: {@code spark()}, {@code sc()} and {@code jsc()} give one
 * {@code local[2]} session that all test classes of the JVM share, and {@code assertDatasetEquals}
 * and its relatives compare data.
 *
 * <p>A JVM has one SparkContext, and starting it takes seconds; so a test stops neither it nor the
 * session, unpersists what it caches, and sets what it needs to differ on a {@code
 * spark().newSession()}. Settings such as the number of shuffle partitions come as system
 * properties from the build.
 */
public abstract class SparkTestBase extends JavaDatasetSuiteBase {

  @Override
  public SparkConf conf() {
    // Not super.conf(): it brings local[4] and the Spark UI.
    return new SparkConf()
        .setMaster("local[2]")
        .setAppName("ravine-tests")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.sql.shuffle.partitions", "2");
  }

  @Override
  public boolean enableHiveSupport() {
    return false;
  }

  /** JUnit 4 calls this by itself; Jupiter has to be told. Starts the session if there is none. */
  @Override
  @BeforeEach
  public void runBefore() {
    super.runBefore();
  }
}
