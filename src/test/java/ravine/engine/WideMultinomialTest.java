package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import ravine.exchange.KeptGradients;
import ravine.loss.Softmax;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.CoordinateScale;
import ravine.penalty.L2;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.Storage;
import ravine.rule.Lbfgs;

/**
 * Texts of several classes: counts of words by Zipf's law, most words in a few texts only, so that
 * standardised columns have non-zeros of up to the square root of the number of rows; text lengths
 * of three orders; a tenth of the labels wrong. Twelve weights for every number in the data.
 */
class WideMultinomialTest {
  private static final int CLASSES = 6;
  private static final int WORDS = 5000;
  private static final int ROWS = 1200;
  private static final double LAMBDA = 1e-3;

  private static List<Example> texts() {
    SplittableRandom random = new SplittableRandom(17);
    double[][] cumulative = new double[CLASSES][WORDS];
    for (double[] shares : cumulative) {
      double sum = 0.0;
      for (int j = 0; j < WORDS; j++) {
        sum += Math.exp(random.nextGaussian()) / (j + 1.0);
        shares[j] = sum;
      }
    }
    List<Example> texts = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int topic = random.nextInt(CLASSES);
      double[] shares = cumulative[topic];
      TreeMap<Integer, Double> counts = new TreeMap<>();
      int length = 5 + (int) Math.exp(4.0 + 1.3 * random.nextGaussian());
      for (int w = 0; w < length; w++) {
        int at = Arrays.binarySearch(shares, random.nextDouble() * shares[WORDS - 1]);
        counts.merge(Math.min(WORDS - 1, at < 0 ? -at - 1 : at), 1.0, Double::sum);
      }
      int label = random.nextInt(10) == 0 ? random.nextInt(CLASSES) : topic;
      texts.add(
          new Example(
              label,
              1.0,
              Vectors.sparse(
                  WORDS,
                  counts.keySet().stream().mapToInt(Integer::intValue).toArray(),
                  counts.values().stream().mapToDouble(Double::doubleValue).toArray()),
              false));
    }
    return texts;
  }

  /** Features standardised and centred, intercepts free, at the shares of the classes. */
  private static Problem problem(List<Example> texts) {
    double[] mean = new double[WORDS];
    double[] inverse = new double[WORDS];
    int[] counts = new int[CLASSES];
    for (Example text : texts) {
      SparseVector x = (SparseVector) text.features;
      counts[(int) text.label]++;
      for (int s = 0; s < x.indices().length; s++) {
        mean[x.indices()[s]] += x.values()[s] / ROWS;
        inverse[x.indices()[s]] += x.values()[s] * x.values()[s] / ROWS;
      }
    }
    double[] factors = new double[(WORDS + 1) * CLASSES];
    for (int j = 0; j < WORDS; j++) {
      double variance = inverse[j] - mean[j] * mean[j];
      inverse[j] = variance > 0.0 ? 1.0 / Math.sqrt(variance) : 0.0;
      Arrays.fill(factors, j * CLASSES, (j + 1) * CLASSES, variance > 0.0 ? 1.0 : 0.0);
    }
    Coordinates coordinates =
        Coordinates.scaledBy(inverse).centredAt(mean).outputs(CLASSES).intercept(true).build();
    double[] initial = new double[coordinates.dimension()];
    for (int c = 0; c < CLASSES; c++) {
      initial[WORDS * CLASSES + c] = Math.log(counts[c] / (double) ROWS);
    }
    return Problem.of(
        new Softmax(CLASSES), coordinates, new L2(LAMBDA, CoordinateScale.of(factors)), initial);
  }

  private record Ended(QuasiNewtonLoop loop, double objective) {}

  private static Ended run(double tol, int mostPasses) {
    List<Example> texts = texts();
    Problem problem = problem(texts);
    History history = new History(List.of(), 1.0, problem.initial());
    QuasiNewtonLoop loop =
        new QuasiNewtonLoop(
            KeptGradients.of(Examples.pack(0, texts.iterator(), WORDS, 5, Storage.DOUBLE), problem),
            problem,
            TrainerOptions.builder(new Lbfgs()).tol(tol).maxPasses(mostPasses).build(),
            10,
            history,
            null);
    StopReason reason = loop.run();
    assertThat(reason)
        .as(loop.cause())
        .isEqualTo(tol > 0.0 ? StopReason.CONVERGED : StopReason.MAX_ITER);
    List<PassRecord> passes = history.passes();
    return new Ended(loop, passes.get(passes.size() - 1).objective());
  }

  @Test
  void run_manyClassesAndRareWords_isProvenWithinAThousandthInFewPasses() {
    Ended ended = run(1e-3, 100);
    double optimum = run(1e-9, 400).objective();
    QuasiNewtonLoop loop = ended.loop();

    assertThat(loop.certificate().isProven()).isTrue();
    assertThat(loop.passes()).isLessThanOrEqualTo(100.0);
    assertThat(ended.objective() - optimum).isBetween(0.0, loop.certificate().bound());
    assertThat(loop.certificate().bound()).isLessThanOrEqualTo(1e-3 * ended.objective());
  }

  /** Few passes: the bound is told, and it is one. */
  @Test
  void run_tooFewPasses_tellsTheBound() {
    Ended ended = run(0.0, 15);

    assertThat(ended.loop().cause())
        .matches("After 1[45].0 passes: The objective is .* the optimum.*");
    assertThat(ended.objective() - run(1e-9, 400).objective())
        .isBetween(0.0, ended.loop().certificate().bound());
  }
}
