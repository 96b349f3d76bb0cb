package ravine.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.scheduler.ReplayListenerBus;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.status.AppHistoryServerPlugin;
import org.apache.spark.status.ElementTrackingStore;
import org.apache.spark.util.kvstore.InMemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.engine.PassRecord;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import scala.collection.Iterator;
import scala.collection.Seq;

/** The tab of a session with a web interface, over HTTP, and of its event log. */
class TrainingTabTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private JavaSparkContext context;

  private void start(boolean ui, String... more) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("tab")
            .set("spark.ui.enabled", Boolean.toString(ui))
            .set("spark.ui.port", "0");
    for (int i = 0; i < more.length; i += 2) {
      conf.set(more[i], more[i + 1]);
    }
    context = new JavaSparkContext(conf);
  }

  @AfterEach
  void stop() {
    if (context != null) {
      context.stop();
    }
  }

  private TrainingResult fit(TrainingListener listener) {
    try (TrainingData data = EngineFixtures.data(context, 2)) {
      TrainerOptions options =
          EngineFixtures.options(EngineKind.RESIDENT)
              .maxPasses(6)
              .tol(0.0)
              .listener(listener)
              .build();
      return Trainer.train(data, EngineFixtures.problem(), options);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    String base = context.sc().uiWebUrl().get();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("X-Forwarded-Context", "/behind")
            .build();
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NORMAL)
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode json() throws Exception {
    context.sc().listenerBus().waitUntilEmpty();
    HttpResponse<String> answer = get("/ravine/json/");
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /** What the page shows in the middle of a fit. */
  private final class Look implements TrainingListener {
    JsonNode during;

    @Override
    public boolean onPass(PassRecord pass) {
      if (pass.pass() == 3) {
        try {
          during = json();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
      return true;
    }
  }

  @Test
  void page_duringAFitAndAfterIt_showsItsCurves() throws Exception {
    start(true);
    Look look = new Look();
    TrainingResult result = fit(look);

    JsonNode during = look.during.get("fits").get(0);
    assertThat(look.during.get("running").asBoolean()).isTrue();
    assertThat(during.get("reason").isNull()).isTrue();
    assertThat(during.get("passes").get("objective").size()).isPositive();
    JsonNode after = json().get("fits").get(0);
    assertThat(after.get("reason").asText()).isEqualTo(result.stopReason().toString());
    assertThat(after.get("advice").asText()).isEqualTo(result.advice());
    List<Double> objective = new ArrayList<>();
    after.get("passes").get("objective").forEach(node -> objective.add(node.asDouble()));
    assertThat(objective).isEqualTo(result.passes().stream().map(PassRecord::objective).toList());
    HttpResponse<String> page = get("/ravine/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("<polyline", result.rule(), "id=\"ravine-fits\"")
        .contains("data-json=\"/behind/ravine/json/\"")
        .doesNotContain("https://");
  }

  @Test
  void metrics_ofASession_areRegisteredAndCount() {
    start(true);
    TrainingResult result = fit(new TrainingListener() {});

    Seq<Source> sources = context.sc().env().metricsSystem().getSourcesByName("ravine");
    assertThat(sources.size()).isEqualTo(1);
    TrainingSource source = (TrainingSource) sources.head();
    assertThat(source.metricRegistry().counter("fits").getCount()).isEqualTo(1);
    assertThat(source.metricRegistry().counter("runningFits").getCount()).isZero();
    assertThat(source.metricRegistry().counter("passes").getCount()).isEqualTo(6);
    assertThat(source.metricRegistry().counter("steps").getCount()).isPositive();
    assertThat(source.metricRegistry().getGauges().get("objective").getValue())
        .isEqualTo(result.passes().get(result.passes().size() - 1).objective());
  }

  @Test
  void plugin_withoutAnInterface_hasMetricsFromTheStart() {
    start(false, "spark.plugins", RavinePlugin.class.getName());

    assertThat(context.sc().env().metricsSystem().getSourcesByName("ravine").size()).isEqualTo(1);
  }

  @Test
  void plugin_withAnInterface_hasTheTabFromTheStart() throws Exception {
    start(true, "spark.plugins", RavinePlugin.class.getName());

    assertThat(get("/ravine/").body()).contains("No fit has begun yet.", "Training");
    fit(new TrainingListener() {});
    assertThat(json().get("fits").size()).isEqualTo(1);
  }

  @Test
  void withoutAnInterface_nothingIsPosted() throws Exception {
    start(false);
    assertThat(posted()).isEmpty();
    assertThat(context.sc().env().metricsSystem().getSourcesByName("ravine").isEmpty()).isTrue();
  }

  @Test
  void switchedOff_nothingIsPosted() throws Exception {
    start(true, Attachment.ENABLED, "false");
    assertThat(posted()).isEmpty();
    assertThat(get("/ravine/").body()).doesNotContain("ravine-fits");
  }

  private List<SparkListenerEvent> posted() throws Exception {
    List<SparkListenerEvent> events = new ArrayList<>();
    context
        .sc()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onOtherEvent(SparkListenerEvent event) {
                if (event.getClass().getName().startsWith("ravine.")) {
                  events.add(event);
                }
              }
            });
    fit(new TrainingListener() {});
    context.sc().listenerBus().waitUntilEmpty();
    return events;
  }

  @Test
  void eventLog_readAgain_hasTheSameFit() throws Exception {
    start(false, "spark.eventLog.enabled", "true", "spark.eventLog.dir", folder.toUri().toString());
    TrainingResult result = fit(new TrainingListener() {});
    context.stop();

    SparkConf conf = new SparkConf();
    ElementTrackingStore store = new ElementTrackingStore(new InMemoryStore(), conf);
    ReplayListenerBus bus = new ReplayListenerBus();
    for (AppHistoryServerPlugin plugin : ServiceLoader.load(AppHistoryServerPlugin.class)) {
      if (plugin instanceof RavineHistory) {
        for (Iterator<SparkListener> each = plugin.createListeners(conf, store).iterator();
            each.hasNext(); ) {
          bus.addListener(each.next());
        }
      }
    }
    Path log;
    try (Stream<Path> files = Files.walk(folder)) {
      log =
          files
              .filter(Files::isRegularFile)
              .filter(f -> !f.toString().endsWith(".crc"))
              .findFirst()
              .orElseThrow();
    }
    try (InputStream in = Files.newInputStream(log)) {
      bus.replay(in, log.toString(), false, line -> true);
    }

    FitRecord record = store.view(FitRecord.class).iterator().next();
    FitEnded end = record.ended;
    assertThat(end).isNotNull();
    assertThat(end.advice).isEqualTo(result.advice());
    assertThat(record.started.rule).isEqualTo(result.rule());
    assertThat(record.started.params).containsKey("stepSize");
    assertThat(record.passes.objective)
        .containsExactly(result.passes().stream().mapToDouble(PassRecord::objective).toArray());
    store.close();
  }
}
