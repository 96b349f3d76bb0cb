package ravine.exchange;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;
import ravine.objective.Problem;
import ravine.rows.PackedPartition;
import ravine.rows.RowView;

/** What the executors need to know to answer requests; travels in closures. */
public final class Work implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Most numbers that a partition sends back of a Hessian: 64 MB. */
  static final int MOST_NUMBERS = 8 * 1024 * 1024;

  private final Loss loss;
  private final @Nullable LocalSteps local;

  /** What the models of {@link Many} see of the rows. */
  private final List<RowView> views;

  Work(Loss loss, @Nullable LocalSteps local) {
    this(loss, local, List.of());
  }

  private Work(Loss loss, @Nullable LocalSteps local, List<RowView> views) {
    this.loss = loss;
    this.local = local;
    this.views = new ArrayList<>(views);
  }

  /** What executors need to know of several models of one loss, each with its view of the rows. */
  public static Work ofMany(Loss loss, List<RowView> views) {
    return new Work(loss, null, views);
  }

  /** What executors need to know of a problem; of its local steps only where they are taken. */
  public static Work of(Problem problem, boolean takesLocalSteps) {
    LocalSteps local =
        takesLocalSteps
            ? new LocalSteps(problem.coordinates(), problem.penalty(), problem.lossUnit())
            : null;
    return new Work(problem.loss(), local);
  }

  Loss loss() {
    return loss;
  }

  /** Length of a raw point of so many features. */
  int rawDimension(int features) {
    return (features + 1) * loss.outputs() + loss.extraParameters();
  }

  /**
   * Length of the sums that answer a request, without their tail.
   *
   * @throws IllegalArgumentException if they would be too long to be sent
   */
  int dimension(StepRequest request, int features) {
    double[] other = request.other();
    int more = other == null ? 0 : other.length;
    return switch (request.kind()) {
      case GRADIENT, DIFFERENCE, LOSS, CURVATURE, LOCAL, PRODUCT -> rawDimension(features);
      case VALIDATION ->
          request.isLossAlone()
              ? rawDimension(features)
              : request.metric().numbers() + loss.extraParameters();
      case KEEP -> rawDimension(features) + 2;
      case ALONG -> 3 * (more - request.point().length);
      case SCALES -> 2 * more;
      case MANY -> {
        int[] ends = Objects.requireNonNull(Many.ends(request));
        yield ends[ends.length - 1] - PartialSum.TAIL;
      }
      case SHIFTED -> Math.addExact(more, Math.multiplyExact(more, more));
      case HESSIAN, MAJORISED -> {
        long length = HessianSums.length(features, loss.outputs(), loss.extraParameters());
        if (length > MOST_NUMBERS) {
          throw new IllegalArgumentException(
              "a Hessian of "
                  + features
                  + " features and "
                  + loss.outputs()
                  + " outputs has "
                  + length
                  + " numbers, and at most "
                  + MOST_NUMBERS
                  + " are sent");
        }
        yield (int) length;
      }
    };
  }

  /** Overwrites {@code sum} with a partition's answer. */
  void answer(
      PartitionSums sums, PackedPartition data, long seed, StepRequest request, double[] sum) {
    if (request.kind() == StepRequest.Kind.MANY) {
      answerMany(sums, data, request, sum);
    } else if (request.kind() == StepRequest.Kind.KEEP) {
      KeptReading.read(data, List.of(new KeptReading(loss, data, RowView.ALL, request, sum)));
    } else if (request.kind().keepsMargins()) {
      new KeptSums(loss, data, RowView.ALL).compute(seed, request, sum);
    } else if (request.kind() != StepRequest.Kind.LOCAL) {
      sums.compute(data, seed, request, sum);
    } else if (local == null) {
      throw new IllegalStateException("the engine was opened without local steps");
    } else {
      local.run(data, loss, seed, request, sum);
    }
  }

  /** Those of several models one after the other; what reads the same rows reads them together. */
  private void answerMany(
      PartitionSums sums, PackedPartition data, StepRequest request, double[] sum) {
    long start = System.nanoTime();
    List<Many.Part> parts = Many.parts(request);
    List<PartitionSums.Ask> asks = new ArrayList<>();
    List<KeptReading> reads = new ArrayList<>();
    double[][] answers = new double[parts.size()][];
    for (int i : byView(parts)) {
      Many.Part part = parts.get(i);
      StepRequest own = part.request();
      RowView view = views.get(part.view());
      answers[i] = PartialSum.create(part.length() - PartialSum.TAIL);
      switch (own.kind()) {
        case GRADIENT, DIFFERENCE, LOSS, VALIDATION, CURVATURE ->
            asks.add(new PartitionSums.Ask(own, part.seed(), view, answers[i]));
        case KEEP -> reads.add(new KeptReading(loss, data, view, own, answers[i]));
        case ALONG, HESSIAN, MAJORISED, PRODUCT, SCALES, SHIFTED ->
            new KeptSums(loss, data, view).compute(part.seed(), own, answers[i]);
        case LOCAL, MANY ->
            throw new IllegalArgumentException(own.kind() + " is nothing that several models ask");
      }
    }
    sums.compute(data, asks);
    KeptReading.read(data, reads);
    int to = 0;
    for (double[] answer : answers) {
      System.arraycopy(answer, 0, sum, to, answer.length);
      to += answer.length;
    }
    PartialSum.setTail(sum, 0.0, 0.0, (System.nanoTime() - start) / 1e9);
  }

  /** Those of one view stand together, so that its weights are read once for all of them. */
  private static int[] byView(List<Many.Part> parts) {
    return IntStream.range(0, parts.size())
        .boxed()
        .sorted(Comparator.comparingInt(i -> parts.get(i).view()))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
