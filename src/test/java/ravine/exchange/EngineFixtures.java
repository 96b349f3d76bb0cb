package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vectors;
import ravine.cluster.Waits;
import ravine.engine.StepRecord;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.PackedPartition;
import ravine.spec.Specs;

/** Small data and a problem for the tests of the engines. */
public final class EngineFixtures {
  public static final int FEATURES = 7;

  /** Of {@link #problem()}, local steps included. */
  public static final Work WORK = Work.of(problem(), true);

  private EngineFixtures() {}

  /** A hundred rows of {@link #FEATURES} features, a tenth of them for validation. */
  public static TrainingData data(JavaSparkContext context, int partitions) {
    return data(context, partitions, 10);
  }

  /** Without rows for validation. */
  public static TrainingData trainingData(JavaSparkContext context, int partitions) {
    return data(context, partitions, Integer.MAX_VALUE);
  }

  private static TrainingData data(JavaSparkContext context, int partitions, int every) {
    return Examples.pack(context.parallelize(rows(every), partitions), FEATURES, 5);
  }

  /** The rows of {@link #data} in so many partitions, whatever slots there are. */
  public static TrainingData shards(JavaSparkContext context, int shards) {
    return Examples.deal(context.parallelize(rows(10), 2), FEATURES, 5, shards);
  }

  private static List<Example> rows(int every) {
    SplittableRandom random = new SplittableRandom(11);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      double[] features = new double[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        features[j] = random.nextDouble(-1, 1) * (j + 1);
      }
      double label = features[0] + 0.3 * features[1] + random.nextDouble(-1, 1) > 0 ? 1 : 0;
      rows.add(
          new Example(label, 1 + i % 2, Vectors.dense(features), every <= 300 && i % every == 0));
    }
    return rows;
  }

  public static Problem problem() {
    return problem(new Logistic());
  }

  public static Problem problem(Loss loss) {
    double[] inverse = new double[FEATURES];
    Arrays.fill(inverse, 1.0);
    Coordinates coordinates = Coordinates.scaledBy(inverse).intercept(true).build();
    return Problem.of(loss, coordinates, new L2(0.01), new double[FEATURES + 1]);
  }

  public static TrainerOptions.Builder options(EngineKind engine) {
    return TrainerOptions.builder(Specs.rule("adam")).engine(engine).batchSize(30).maxPasses(5);
  }

  /** Resident workers for that data and {@link #WORK}. */
  static ResidentWorkers workers(TrainingData data) {
    Waits waits = Waits.of(data.packedRows().context().getConf());
    return ResidentWorkers.open(data.packedRows(), WORK, 9, waits);
  }

  /** A point, or direction, that is not 0 anywhere. */
  public static double[] point(double scale) {
    double[] point = new double[FEATURES + 1];
    for (int j = 0; j < point.length; j++) {
      point[j] = scale * (1 + j) / point.length;
    }
    return point;
  }

  /** One request of every kind that a model asks, and a mini-batch. */
  static List<StepRequest> requests() {
    List<StepRequest> all = new ArrayList<>();
    for (StepRequest.Kind kind : StepRequest.Kind.values()) {
      if (kind == StepRequest.Kind.MANY) {
        continue;
      }
      if (kind.keepsMargins()) {
        all.addAll(kept(kind));
        continue;
      }
      boolean pair = kind == StepRequest.Kind.DIFFERENCE || kind == StepRequest.Kind.CURVATURE;
      double[] other = pair ? point(-0.7) : null;
      if (kind == StepRequest.Kind.LOCAL) {
        double[] reduced = LocalSteps.Order.reduced(point(-0.2), point(0.01)).set(3, 0.1).numbers();
        all.add(
            new StepRequest(
                kind, 3, 2, 8, point(0.3), LocalSteps.Order.plain().set(3, 0.1).numbers()));
        all.add(new StepRequest(kind, 3, 2, 8, point(0.3), reduced));
        continue;
      }
      all.add(new StepRequest(kind, 0, 0, 1, point(0.3), other));
      all.add(new StepRequest(kind, 3, 2, 5, point(0.3), other));
    }
    return all;
  }

  /** Those of a kind that keeps margins; scales need a loss with a parameter of its own. */
  private static List<StepRequest> kept(StepRequest.Kind kind) {
    double[] scaling = new double[2 * FEATURES];
    Arrays.fill(scaling, 0, FEATURES, 0.5);
    Arrays.fill(scaling, FEATURES, 2 * FEATURES, 0.1);
    double[] line = Arrays.copyOf(point(-0.7), FEATURES + 3);
    line[FEATURES + 1] = 0.4;
    line[FEATURES + 2] = 1.0;
    return switch (kind) {
      case KEEP ->
          List.of(
              new StepRequest(kind, 0, 0, 1, point(0.3), null, 0),
              new StepRequest(kind, 0, 0, 1, point(-0.7), point(0.3), 1));
      case ALONG -> List.of(new StepRequest(kind, 0, 0, 1, point(0.3), line, 0));
      case HESSIAN, MAJORISED ->
          List.of(
              new StepRequest(kind, 0, 0, 1, point(0.3), scaling, 0),
              new StepRequest(kind, 3, 0, 5, point(0.3), scaling, 0));
      case PRODUCT -> List.of(new StepRequest(kind, 0, 0, 1, point(0.3), point(-0.7), 0));
      case SHIFTED -> List.of(new StepRequest(kind, 0, 0, 1, point(0.3), new double[] {0.2}, 0));
      default -> List.of();
    };
  }

  /** The raw sum of one slice of a partition: see {@link PartialSum}. */
  public static double[] gradientSum(
      PackedPartition partition,
      Loss loss,
      long seed,
      long pass,
      int batch,
      int batches,
      double[] point) {
    double[] sum = PartialSum.create(point.length);
    new PartitionSums(loss)
        .compute(
            partition,
            seed,
            new StepRequest(StepRequest.Kind.GRADIENT, pass, batch, batches, point, null),
            sum);
    return sum;
  }

  /** Weight of the rows of a sum. */
  public static double weight(double[] sum) {
    return PartialSum.weight(sum);
  }

  /** The bits of numbers, but for the time in the last of them. */
  public static String bits(double[] sum) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sum.length - 1; i++) {
      text.append(Long.toHexString(Double.doubleToRawLongBits(sum[i]))).append(' ');
    }
    return text.toString();
  }

  /** The bits of what training made: weights and the whole history of the objective. */
  public static String bits(TrainingResult result) {
    double[] numbers =
        Arrays.copyOf(result.weights(), result.weights().length + result.steps().size() + 1);
    for (int s = 0; s < result.steps().size(); s++) {
      numbers[result.weights().length + s] = result.steps().get(s).loss();
    }
    return bits(numbers);
  }

  /**
   * The bits of every step, in which the weights of every step show, and of the weights returned:
   * those alone are of the best pass and hide what happened after it.
   */
  public static String stepBits(TrainingResult result) {
    StringBuilder text = new StringBuilder(bits(result));
    for (StepRecord step : result.steps()) {
      double[] numbers = {step.loss(), step.gradientNorm(), step.velocityNorm(), 0.0};
      text.append(step.step()).append(' ').append(bits(numbers));
    }
    return text.toString();
  }

  /** Features of {@link #wide}. */
  public static final int WIDE = 6000;

  /** Rows of a few non-zeros among very many features, some of which hardly any row has. */
  public static TrainingData wide(JavaSparkContext context, int partitions) {
    return Examples.pack(context.parallelize(wideRows(), partitions), WIDE, 5);
  }

  /** The same in so many partitions, whatever slots there are. */
  public static TrainingData wideShards(JavaSparkContext context, int shards) {
    return Examples.deal(context.parallelize(wideRows(), 2), WIDE, 5, shards);
  }

  private static List<Example> wideRows() {
    SplittableRandom random = new SplittableRandom(23);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      int[] indices = new int[9];
      double[] values = new double[9];
      double margin = 0.0;
      for (int s = 0; s < indices.length; s++) {
        double u = random.nextDouble();
        int low = s * WIDE / indices.length;
        indices[s] = low + (int) (u * u * u * ((double) WIDE / indices.length));
        values[s] = random.nextDouble(0.5, 1.5);
        margin += (indices[s] % 7 - 3) * values[s];
      }
      double label = margin + random.nextDouble(-4, 4) > 0 ? 1 : 0;
      rows.add(new Example(label, 1 + i % 2, Vectors.sparse(WIDE, indices, values), i % 10 == 0));
    }
    return rows;
  }

  /** On {@link #wide}: coordinates that allow for lazy steps, the intercept unpenalised. */
  public static Problem wideProblem(Loss loss, double regParam) {
    double[] inverse = new double[WIDE];
    for (int j = 0; j < WIDE; j++) {
      inverse[j] = 1.0 + j % 3;
    }
    int outputs = loss.outputs();
    Coordinates coordinates =
        Coordinates.scaledBy(inverse).outputs(outputs).intercept(true).build();
    double[] scale = new double[coordinates.dimension()];
    Arrays.fill(scale, 0, WIDE * outputs, 1.0);
    return Problem.of(
        loss,
        coordinates,
        new L2(regParam, ravine.penalty.CoordinateScale.of(scale)),
        new double[coordinates.dimension()]);
  }
}
