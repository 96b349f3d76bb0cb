package ravine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** The tab <i>Training</i> of this Spark: in a session's interface and in the history server's. */
class TrainingTabIT {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void tab_ofASessionAndOfTheHistoryServer_showsAFit() throws Exception {
    Path logs = Files.createDirectory(folder.resolve("events"));
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("tab")
            .config("spark.ui.enabled", "true")
            .config("spark.ui.port", "0")
            .config("spark.eventLog.enabled", "true")
            .config("spark.eventLog.dir", logs.toUri().toString())
            // The default of Spark 4 is a codec that a test's class path may lack.
            .config("spark.eventLog.compress", "false")
            .getOrCreate();
    String application;
    try {
      application = spark.sparkContext().applicationId();
      String interfaceOf = spark.sparkContext().uiWebUrl().get();
      new MiniBatchLogisticRegression().setMaxIter(5).setStepSize(0.1).fit(rows(spark));
      spark.sparkContext().listenerBus().waitUntilEmpty();

      HttpResponse<String> page = get(interfaceOf + "/ravine/");
      assertIsWhole(page);
      assertThat(page.body()).contains("data-json=\"/ravine/json/\"", "data-live=\"true\"");
      page.headers()
          .firstValue("Content-Security-Policy")
          .ifPresent(policy -> assertScriptIsAllowed(page.body(), policy));
      HttpResponse<String> json = get(interfaceOf + "/ravine/json/");
      assertThat(json.statusCode()).as(json.body()).isEqualTo(200);
      assertThat(json.body()).contains("\"reason\"", "MAX_ITER", "\"running\"", "<polyline");
    } finally {
      spark.stop();
    }

    int port = freePort();
    Process server = historyServer(logs, port);
    try {
      HttpResponse<String> page =
          answer(server, "http://127.0.0.1:" + port + "/history/" + application + "/ravine/");
      assertIsWhole(page);
      assertThat(page.body()).contains("data-live=\"false\"");
    } finally {
      server.destroyForcibly();
      server.waitFor(20, TimeUnit.SECONDS);
    }
  }

  private static void assertIsWhole(HttpResponse<String> page) {
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    assertThat(page.body()).contains("Training", "logistic loss", "MAX_ITER", "<polyline");
    assertThat(page.body()).contains("raise maxIter");
  }

  private static void assertScriptIsAllowed(String page, String policy) {
    int from = policy.indexOf("'nonce-") + "'nonce-".length();
    String nonce = policy.substring(from, policy.indexOf('\'', from));
    assertThat(page).contains("<script nonce=\"" + nonce + "\">(function");
  }

  private static Dataset<Row> rows(SparkSession spark) {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      double label = a - 0.5 * b + random.nextGaussian() > 0 ? 1.0 : 0.0;
      rows.add(RowFactory.create(label, Vectors.dense(a, b)));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType()));
  }

  /** A process of its own, as it is elsewhere, with this class path. */
  private Process historyServer(Path logs, int port) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + System.getProperty("ravine.jvmargs"));
    command.add("-Xmx512m");
    command.add("-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"));
    command.add("-Dspark.history.fs.logDirectory=" + logs.toUri());
    command.add("-Dspark.history.ui.port=" + port);
    command.add("-Dspark.history.fs.update.interval=1s");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.apache.spark.deploy.history.HistoryServer");
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("history.log").toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /**
   * The first answer that is of the application: until it is listed the server says "not found", or
   * sends to its front page.
   */
  private HttpResponse<String> answer(Process server, String address) throws Exception {
    while (true) {
      if (!server.isAlive()) {
        throw new AssertionError(Files.readString(folder.resolve("history.log")));
      }
      try {
        HttpResponse<String> answer = get(address);
        if (answer.statusCode() != 404
            && !answer.body().contains("<title>History Server</title>")) {
          return answer;
        }
      } catch (ConnectException notYet) {
        assertThat(notYet).isNotNull();
      }
      server.waitFor(200, TimeUnit.MILLISECONDS);
    }
  }

  private static HttpResponse<String> get(String address) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(60)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
