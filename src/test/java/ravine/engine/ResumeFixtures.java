package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vectors;
import ravine.loss.Logistic;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.resume.CheckpointPlan;
import ravine.resume.Resume;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;

/** Runs that are lost and resumed, and what it is for two runs to be the same. */
final class ResumeFixtures {
  private static final int WIDE = 5000;

  /** A way of training by name. */
  record Case(
      String name,
      boolean wide,
      Penalty penalty,
      UnaryOperator<TrainerOptions.Builder> options,
      int rows) {
    Case(
        String name, boolean wide, Penalty penalty, UnaryOperator<TrainerOptions.Builder> options) {
      this(name, wide, penalty, options, 300);
    }

    /** More rows than the driver's sample has, so that it does not end at the first pass. */
    static Case large(String name, Penalty penalty) {
      return new Case(name, false, penalty, b -> b.tol(1e-13).maxPasses(9), 9000);
    }

    TrainerOptions.Builder builder(String rule) {
      return options.apply(
          TrainerOptions.builder(Specs.optimizer(rule)).maxPasses(5).seed(7).tol(1e-9));
    }
  }

  /** The driver is lost: thrown out of a listener, so that nothing after it is done. */
  private static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private ResumeFixtures() {}

  static TrainingData data(JavaSparkContext context, Case mine) {
    if (mine.wide) {
      return Examples.pack(context.parallelize(wideRows(240), 2), WIDE, 42L);
    }
    return Examples.pack(context.parallelize(rows(mine.rows, 12), 2), 12, 42L);
  }

  static Problem problem(Case mine) {
    int features = mine.wide ? WIDE : 12;
    double[] inverse = new double[features];
    java.util.Arrays.fill(inverse, 1.0);
    Coordinates coordinates = Coordinates.scaledBy(inverse).intercept(true).build();
    return Problem.of(new Logistic(), coordinates, mine.penalty, new double[features + 1]);
  }

  /** A fifth of them for validation. */
  static List<Example> rows(int count, int features) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(17);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[features];
      double margin = 0.0;
      for (int j = 0; j < features; j++) {
        x[j] = random.nextDouble(-1, 1) * (1 + j % 3);
        margin += x[j] * (j % 2 == 0 ? 0.7 : -0.3);
      }
      double label = margin + random.nextDouble(-1, 1) > 0 ? 1 : 0;
      rows.add(new Example(label, 1 + i % 2, Vectors.dense(x), i % 5 == 0));
    }
    return rows;
  }

  private static List<Example> wideRows(int count) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(19);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      java.util.TreeMap<Integer, Double> cells = new java.util.TreeMap<>();
      for (int k = 0; k < 12; k++) {
        double share = random.nextDouble();
        cells.put((int) (WIDE * share * share * share), random.nextDouble(-1, 1));
      }
      int[] places = cells.keySet().stream().mapToInt(Integer::intValue).toArray();
      double[] values = cells.values().stream().mapToDouble(Double::doubleValue).toArray();
      double label = values[0] + 0.5 * random.nextDouble(-1, 1) > 0 ? 1 : 0;
      rows.add(Example.of(label, Vectors.sparse(WIDE, places, values)));
    }
    return rows;
  }

  static void lose(
      TrainingData data,
      Case mine,
      TrainerOptions.Builder options,
      Path directory,
      int lostStep,
      int lostPass) {
    TrainerOptions lost =
        options.build().toBuilder()
            .checkpoints(plan(directory, Resume.AUTO))
            .listener(
                new TrainingListener() {
                  @Override
                  public boolean onStep(StepRecord step) {
                    return go(step.step() == lostStep);
                  }

                  @Override
                  public boolean onPass(PassRecord pass) {
                    return go(lostPass > 0 && pass.pass() >= lostPass);
                  }
                })
            .build();
    assertThatThrownBy(() -> Trainer.train(data, problem(mine), lost)).isInstanceOf(Lost.class);
  }

  private static boolean go(boolean lost) {
    if (lost) {
      throw new Lost();
    }
    return true;
  }

  static TrainingResult resumed(
      TrainingData data, Case mine, TrainerOptions.Builder options, Path directory) {
    return Trainer.train(
        data,
        problem(mine),
        options.build().toBuilder().checkpoints(plan(directory, Resume.MUST)).build());
  }

  static CheckpointPlan plan(Path directory, Resume resume) {
    return new CheckpointPlan(directory.toString(), CheckpointPlan.Interval.of("1"), resume);
  }

  static void assertSame(TrainingResult result, TrainingResult undisturbed) {
    assertThat(result.steps().stream().map(ResumeFixtures::bits))
        .containsExactlyElementsOf(undisturbed.steps().stream().map(ResumeFixtures::bits).toList());
    assertThat(result.passes().stream().map(ResumeFixtures::bits))
        .containsExactlyElementsOf(
            undisturbed.passes().stream().map(ResumeFixtures::bits).toList());
    assertThat(result.weights()).isEqualTo(undisturbed.weights());
    assertThat(result.stopReason()).isEqualTo(undisturbed.stopReason());
    assertThat(result.advice()).isEqualTo(undisturbed.advice());
    assertThat(result.bestPass()).isEqualTo(undisturbed.bestPass());
    assertThat(result.certificate()).isEqualTo(undisturbed.certificate());
  }

  private static List<Object> bits(StepRecord step) {
    return List.of(
        step.step(),
        step.pass(),
        step.loss(),
        step.learningRate(),
        step.gradientNorm(),
        step.velocityNorm(),
        step.motion());
  }

  private static List<Object> bits(PassRecord pass) {
    return List.of(
        pass.pass(),
        pass.step(),
        pass.objective(),
        pass.validationLoss(),
        pass.learningRate(),
        pass.gradientNorm(),
        pass.velocityNorm(),
        pass.validationMetric(),
        pass.motion());
  }
}
