package ravine.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.cli.CommandLineTestBase;
import ravine.kernel.Kernels;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.terminal.Console;

class BenchCommandTest extends CommandLineTestBase {

  @Test
  void bench_steps_printsRatiosAndWritesTheirSpread() throws IOException {
    String out = bench("--sections", "steps");

    assertThat(out).contains("local[2], 2 slots", "MLlib / ours", "rows/s, ours / MLlib");
    JsonNode json = json();
    assertThat(json.get("master").asText()).isEqualTo("local[2]");
    assertThat(json.get("slots").asInt()).isEqualTo(2);
    assertThat(json.has("fits")).isFalse();
    assertThat(json.get("sectionSeconds").get("steps").asDouble()).isPositive();
    JsonNode whole = json.get("steps").get(0);
    assertThat(whole.get("fraction").asDouble()).isEqualTo(1.0);
    assertThat(whole.get("storage").asText()).isEqualTo("double");
    assertThat(whole.get("computeShareOfFullPass").asDouble()).isEqualTo(1.0);
    // At full batch as many rows are used, so that the two ratios agree.
    JsonNode ratio = whole.get("ratio");
    assertThat(ratio.get("rounds")).hasSize(2);
    assertThat(ratio.get("median").asDouble())
        .isBetween(ratio.get("min").asDouble(), ratio.get("max").asDouble());
    assertThat(whole.get("examplesRatio").get("median").asDouble())
        .isCloseTo(ratio.get("median").asDouble(), within(1e-9));
    assertThat(json.get("steps").findValuesAsText("storage")).contains("float");
  }

  @Test
  void bench_bandwidth_comparesWithAProbeOfAsManyThreads() throws IOException {
    String out = bench("--sections", "bandwidth");

    assertThat(out).contains("full passes over dense rows also with scalar");

    JsonNode json = json();
    assertThat(json.get("bandwidth").findValuesAsText("storage"))
        .containsExactly("double", "double", "float", "float");
    String usual = json.get("kernels").asText();
    assertThat(usual).startsWith("vector");
    assertThat(json.get("bandwidth").findValuesAsText("kernels"))
        .containsExactly(usual, "scalar", usual, "scalar");
    assertThat(Kernels.active()).as("put back").isEqualTo(usual);
    JsonNode row = json.get("bandwidth").get(2);
    assertThat(row.get("storage").asText()).isEqualTo("float");
    assertThat(row.get("threads").asInt()).isEqualTo(2);
    double probe = row.get("probeGigabytesPerSecond").get("rounds").get(0).asDouble();
    double ours = row.get("ourGigabytesPerSecond").get("rounds").get(0).asDouble();
    assertThat(row.get("shareOfBandwidth").get("rounds").get(0).asDouble())
        .isCloseTo(ours / probe, within(1e-9));
  }

  @Test
  void bench_wide_comparesWithADenseRoundTrip() throws IOException {
    bench("--sections", "wide");

    JsonNode wide = json().get("wide");
    assertThat(wide.findValuesAsText("rule")).containsExactly("momentum", "adam");
    assertThat(wide.get(0).get("data").asText()).endsWith("x1000000");
    assertThat(wide.get(0).get("batchSize").asDouble()).isCloseTo(1000, within(100.0));
    assertThat(wide.get(0).get("roundTripMillis").get("median").asDouble()).isPositive();
  }

  @Test
  void bench_data_repeatsItsRowsForTheFits() throws IOException {
    String data = write("two.svm", libsvm(120, "-1", "1"));

    String out = bench("--data", data, "--repeat", "3");

    assertThat(out).contains("two.svm x3");
    JsonNode json = json();
    assertThat(json.has("steps")).isFalse();
    assertThat(json.get("fits").findValuesAsText("gap")).containsExactly("0.001", "1.0E-4");
    for (JsonNode fit : json.get("fits")) {
      assertThat(fit.get("regParam").asDouble()).isEqualTo(1.0 / 120);
      assertThat(fit.get("stockReached").asBoolean()).as(fit.toString()).isTrue();
      assertThat(fit.get("ourReached").asBoolean()).as(fit.toString()).isTrue();
      assertThat(fit.get("stockIterations").asInt()).isPositive();
      assertThat(fit.get("ratio").get("rounds")).hasSize(2);
      double shares = 0.0;
      for (String part : List.of("plan", "pack", "start", "passes")) {
        shares += fit.get("shares").get(part).asDouble();
      }
      assertThat(shares).isCloseTo(1.0, within(1e-9));
      assertThat(fit.get("shares").get("reading").asDouble()).isPositive();
      assertThat(fit.get("memory").asDouble()).isPositive();
    }
  }

  @Test
  void bench_linear_comparesWithTheNormalEquations() throws IOException {
    bench("--sections", "linear");

    JsonNode linear = json().get("linear");
    assertThat(linear.findValuesAsText("elasticNetParam"))
        .containsExactly("0.0", "0.5", "0.0", "0.5", "0.0", "0.5", "0.0", "0.5");
    assertThat(linear.get(1).get("data").asText()).endsWith("x27");
    assertThat(linear.get(0).get("ratio").get("rounds")).hasSize(2);
    // Both minimise the same: the errors of training agree to what defaults leave.
    assertThat(linear.get(0).get("errorRatio").asDouble()).isCloseTo(1.0, within(1e-4));
  }

  @Test
  void bench_telling_comparesStepsThatAreToldWithStepsThatAreNot() throws IOException {
    String out = bench("--sections", "telling");

    assertThat(out).contains("told / untold", "on the driver's thread");
    JsonNode telling = json().get("telling");
    assertThat(telling).hasSize(2);
    assertThat(telling.get(1).get("batchSize").asLong())
        .isLessThanOrEqualTo(telling.get(0).get("batchSize").asLong());
    for (JsonNode row : telling) {
      assertThat(row.get("ratio").get("rounds")).hasSize(2);
      assertThat(row.get("ratio").get("rounds").get(0).asDouble())
          .isCloseTo(
              row.get("toldMillis").get("rounds").get(0).asDouble()
                  / row.get("untoldMillis").get("rounds").get(0).asDouble(),
              within(1e-9));
      assertThat(row.get("driverMicros").get("median").asDouble()).isPositive();
      assertThat(row.get("events").asLong()).as("sampled").isBetween(3L, 40L);
      assertThat(row.get("steps").asLong()).isGreaterThan(row.get("events").asLong());
    }
  }

  @Test
  void bench_spill_trainsInAHeapOfItsOwn() throws IOException {
    String out = bench("--sections", "spill");

    assertThat(out).contains("a heap of 512 MB", "rows of 2.0 x the heap");
    JsonNode spill = json().get("spill");
    assertThat(spill).hasSize(2);
    for (JsonNode size : spill) {
      assertThat(size.get("ourPassSeconds").asDouble()).isPositive();
      assertThat(size.get("stockPassSeconds").asDouble()).isPositive();
      assertThat(size.get("fileBytes").asDouble()).as("all of it fits memory").isZero();
    }
  }

  @Test
  void most_blocksCachedByTheAction_countAndNoOthers() {
    JavaSparkContext context = new JavaSparkContext(spark().sparkContext());
    JavaRDD<double[]> before = arrays(context).cache();
    before.count();
    JavaRDD<double[]> during = arrays(context);
    try {
      assertThat(StorageMemory.most(context.sc(), before::count)).isZero();
      assertThat(StorageMemory.most(context.sc(), () -> during.cache().count()))
          .isBetween(160_000L, 170_000L);
    } finally {
      before.unpersist(true);
      during.unpersist(true);
    }
  }

  private static JavaRDD<double[]> arrays(JavaSparkContext context) {
    return context.parallelize(Collections.nCopies(20, 0), 2).map(zero -> new double[1000]);
  }

  @Test
  void bench_candidates_tellsPassesOrThatTheyDoNotArrive() throws IOException {
    String data = write("two.svm", libsvm(200, "0", "1"));

    String out = bench("--sections", "candidates", "--data", data, "--repeat", "2");

    assertThat(out).contains("two.svm x2", "passes to 1e-04", "not reached", "local svrg");
    JsonNode candidates = json().get("candidates");
    assertThat(json().get("sectionSeconds").get("candidates").asDouble()).isPositive();
    assertThat(candidates.findValuesAsText("candidate"))
        .containsExactlyElementsOf(Candidate.all().stream().map(Candidate::name).toList());
    JsonNode byDefault = candidates.get(0);
    assertThat(byDefault.get("regParam").asDouble()).isEqualTo(1.0 / 200);
    JsonNode last = byDefault.get("gaps").get(1);
    assertThat(last.get("gap").asDouble()).isEqualTo(1e-4);
    assertThat(last.get("reached").asBoolean()).isTrue();
    assertThat(last.get("passes").asInt()).isBetween(0, 5);
    assertThat(last.get("seconds").get("rounds")).hasSize(2);
    for (JsonNode candidate : candidates) {
      for (JsonNode gap : candidate.get("gaps")) {
        boolean reached = gap.get("reached").asBoolean();
        assertThat(gap.has("passes")).as(candidate.toString()).isEqualTo(reached);
        assertThat(candidate.get("leastGap").asDouble() <= gap.get("gap").asDouble())
            .as(candidate.toString())
            .isEqualTo(reached);
      }
    }
  }

  /** Each is another training, and none of them names a step size. */
  @Test
  void all_estimators_differAndLeaveTheStepSizeToTheEngine() {
    Set<String> seen = new HashSet<>();
    for (Candidate candidate : Candidate.all()) {
      MiniBatchLogisticRegression way = candidate.estimator(1280, 10);
      assertThat(way.getStepSize()).isZero();
      seen.add(
          String.join(
              " ",
              way.getOptimizer(),
              way.getSchedule(),
              way.getNoiseReduction(),
              String.valueOf(way.getLocalSteps()),
              String.valueOf(way.getBatchGrowth()),
              String.valueOf(way.getBatchSize())));
    }
    assertThat(seen)
        .hasSize(Candidate.all().size())
        .anyMatch(way -> way.startsWith("adam cosine(100) none 1 1.0 128"));
  }

  @Test
  void frame_repeated_holdsEveryRowSoOftenAndLabelsZeroAndOne() {
    String data = write("two.svm", "3 1:1 2:5", "7 2:2", "7 1:4");
    Console console = new Console(System.out, System.err, false);

    UserFile file = UserFile.of(spark(), console, data, 2);

    assertThat(file.distinctRows()).isEqualTo(3);
    assertThat(file.distinct().count()).isEqualTo(3);
    assertThat(file.frame().collectAsList().stream().map(Row::toString).sorted())
        .containsExactly(
            "[0.0,(2,[0,1],[1.0,5.0])]",
            "[0.0,(2,[0,1],[1.0,5.0])]",
            "[1.0,(2,[0],[4.0])]",
            "[1.0,(2,[0],[4.0])]",
            "[1.0,(2,[1],[2.0])]",
            "[1.0,(2,[1],[2.0])]");
  }

  /** Generators with seeds in a row once gave every row the numbers of the last, shifted by one. */
  @Test
  void data_neighbouringRows_shareNoNumbers() {
    List<Double> seen = new ArrayList<>();
    List<Row> rows =
        new GeneratedRows(GeneratedRows.Shape.UNIFORM, 50, 6).rdd(spark(), 42).collect();
    for (Row row : rows) {
      for (double value : ((Vector) row.get(1)).toArray()) {
        seen.add(value);
      }
    }
    assertThat(seen).hasSize(300).doesNotHaveDuplicates();
  }

  @Test
  void bench_many_countsModelsInFitsOfOne() throws IOException {
    bench("--sections", "many");

    JsonNode many = json().get("many");
    assertThat(many.findValuesAsText("models")).containsExactly("4", "12", "16", "4", "12", "16");
    for (JsonNode row : many) {
      assertThat(row.get("inFitsOfOne").get("median").asDouble()).isPositive();
      boolean folds = row.get("what").asText().contains("folds");
      assertThat(row.has("ratio")).isEqualTo(folds);
    }
  }

  @Test
  void bench_wrongOptions_areRefusedInOneSentence() {
    assertThat(fails(2, "bench", "--sections", "steps,speed"))
        .isEqualTo(
            "--sections must name steps, bandwidth, fits, wide, candidates, linear, telling, segments,"
                + " truth, many, memory or spill, but was speed.");
    assertThat(fails(2, "bench", "--rounds", "0"))
        .isEqualTo("--rounds must be 1 or more, but was 0.");
    assertThat(fails(2, "bench", "--scale", "0"))
        .isEqualTo("--scale must be in (0, 10], but was 0.0.");
    assertThat(fails(2, "bench", "--reg-param", "-1"))
        .isEqualTo("--reg-param must be 0 or more, but was -1.0.");
    assertThat(fails(2, "bench", "--repeat", "2"))
        .isEqualTo("--repeat is for the rows of --data, which is missing.");
    assertThat(fails(2, "bench", "--data", "rows.svm", "--sections", "steps"))
        .isEqualTo(
            "--data is for the fits, candidates, truth and many, none of which is among the --sections.");
    assertThat(fails(2, "bench", "--data", "a.svm,b.svm"))
        .isEqualTo("--data must be one file for the fits, candidates and many.");
    String three = write("three.svm", "0 1:1", "1 1:2", "2 1:3");
    assertThat(fails(2, "bench", "--data", three))
        .endsWith("three.svm holds more labels than two.");
  }

  @Test
  void spread_ofRounds_isMedianAndEnds() {
    Spread spread = new Spread(new double[] {3, 1, 2, 10});

    assertThat(spread.median()).isEqualTo(2.5);
    assertThat(spread.toString()).isEqualTo("2.50 (1.00-10.0)");
    assertThat(spread.over(new Spread(new double[] {3, 2, 1, 5})).values())
        .containsExactly(1, 0.5, 2, 2);
    assertThat(Spread.digits(Double.NaN)).isEqualTo("-");
  }

  /** Tiny: a quick benchmark of the fewest rows. */
  private String bench(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "bench", "--quick", "--rounds", "2", "--scale", "0.02", "--metrics", path("m")));
    args.addAll(List.of(more));
    return succeeds(args.toArray(new String[0]));
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(new File(path("m")));
  }
}
