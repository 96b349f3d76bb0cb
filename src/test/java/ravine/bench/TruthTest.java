package ravine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ravine.cli.CommandLineTestBase;
import ravine.terminal.Console;

class TruthTest extends CommandLineTestBase {

  @Test
  void bench_truthOfFiles_judgesEverySideOfEveryProblem() throws IOException {
    String classes = write("two.csv", lines(60, false));
    String quantities = write("price.csv", lines(60, true));

    String out =
        succeeds(
            "bench",
            "--quick",
            "--sections",
            "truth",
            "--data",
            classes + "@first," + quantities + "@first@linear",
            "--metrics",
            path("m"));

    assertThat(out).contains("false claims", "two.csv", "price.csv", "stock, auto", "adam");
    JsonNode problems = new ObjectMapper().readTree(new File(path("m"))).get("truth");
    assertThat(problems).hasSize(3 + 2 + 3 + 2);
    for (JsonNode problem : problems) {
      assertThat(problem.get("uncertainty").asDouble()).as(problem.toString()).isLessThan(1e-7);
      for (JsonNode fit : problem.get("fits")) {
        assertThat(fit.get("gap").asDouble()).as(problem.toString()).isNotNegative();
      }
      assertThat(problem.get("fits").get("ours").get("passes").asDouble()).isNotNegative();
    }
    JsonNode leastSquares = problems.get(5).get("fits").get("stock, auto");
    assertThat(leastSquares.get("gap").asDouble()).isLessThan(1e-12);
  }

  @Test
  void of_labelOfManyWholeNumbers_isAQuantityUnlessTold() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(i + "," + (i % 7) + "," + (i % 3));
    }
    String path = write("whole.csv", lines.toArray(new String[0]));
    Console console = new Console(System.out, System.err, false);

    assertThat(TruthSet.of(spark(), console, path + "@first").kinds())
        .containsExactly(TruthProblem.Kind.LINEAR, TruthProblem.Kind.HUBER);
    assertThat(TruthSet.of(spark(), console, path + "@first@logistic").kinds())
        .containsExactly(TruthProblem.Kind.MULTINOMIAL);
    assertThat(TruthSet.of(spark(), console, path).kinds())
        .containsExactly(TruthProblem.Kind.MULTINOMIAL);
  }

  @Test
  void add_claimBeyondTol_isFalse() {
    TruthCounts counts = new TruthCounts(1e-5);
    TruthFit stock = fit(true, 8);

    counts.add("a", "stock", stock, 5e-6, stock);
    counts.add("a", "ours", fit(true, 9), 2e-2, stock);
    counts.add("b", "ours", fit(false, 7), 2e-2, stock);

    assertThat(counts.table().rows().stream().map(row -> row.subList(0, 9)))
        .containsExactly(
            List.of("a", "stock", "1", "1", "100.0 %", "1", "0", "8.0", "0"),
            List.of("a", "ours", "1", "0", "0.0 %", "1", "1", "9.0", "1"),
            List.of("b", "ours", "1", "0", "0.0 %", "0", "0", "7.0", "0"),
            List.of("all", "stock", "1", "1", "100.0 %", "1", "0", "8.0", "0"),
            List.of("all", "ours", "2", "0", "0.0 %", "1", "1", "16.0", "1"));
  }

  private static TruthFit fit(boolean claims, double passes) {
    String reason = claims ? "CONVERGED" : "MAX_ITER";
    return new TruthFit(new double[1][1], new double[1], 1.0, claims, reason, passes, 1.0);
  }

  private static String[] lines(int count, boolean quantity) {
    Random random = new Random(5);
    String[] lines = new String[count + 1];
    lines[0] = "label,x,colour";
    for (int i = 1; i <= count; i++) {
      double x = random.nextGaussian();
      double score = x + random.nextGaussian();
      String label = quantity ? Double.toString(score) : score > 0.0 ? "1" : "0";
      lines[i] = label + "," + x + "," + (i % 3 == 0 ? "red" : "blue");
    }
    return lines;
  }
}
