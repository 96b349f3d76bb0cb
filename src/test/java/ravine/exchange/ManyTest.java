package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.engine.TrainingData;
import ravine.rows.PackedPartition;
import ravine.rows.RowView;

/** The questions of several models as one: whatever the engine, each has the bits of its own. */
class ManyTest extends SparkTestBase {
  private static final int DIMENSION = EngineFixtures.FEATURES + 1;

  private static final List<RowView> VIEWS =
      List.of(
          RowView.ALL,
          RowView.without(0, 3, 8L),
          RowView.without(2, 3, 8L),
          RowView.share(0.75, 4L));

  private static final Work WORK = Work.ofMany(EngineFixtures.problem().loss(), VIEWS);

  /** What a large heap allows. */
  private static final long MOST = 32L << 20;

  /** Every kind of question that several models may ask, for a view, in slots of their own. */
  private static List<Many.Part> parts(int view, int model) {
    List<Many.Part> parts = new ArrayList<>();
    for (StepRequest one : EngineFixtures.requests()) {
      if (one.kind() == StepRequest.Kind.LOCAL) {
        continue;
      }
      StepRequest own =
          new StepRequest(
              one.kind(),
              one.pass(),
              one.batch(),
              one.batches(),
              one.point(),
              one.other(),
              one.kind().keepsMargins() ? 2 * model + one.slot() : 0);
      int length = WORK.dimension(one, EngineFixtures.FEATURES) + PartialSum.TAIL;
      parts.add(new Many.Part(view, 5L + model, own, length));
    }
    return parts;
  }

  /** The answers, each without the time that it took. */
  private static List<String> answers(GradientEngine engine, List<Many.Part> parts) {
    double[] sum = engine.run(Many.request(parts));
    List<String> answers = new ArrayList<>();
    int from = 0;
    for (Many.Part part : parts) {
      answers.add(EngineFixtures.bits(Arrays.copyOfRange(sum, from, from + part.length())));
      from += part.length();
    }
    return answers;
  }

  @Test
  void answers_allRows_haveTheBitsOfTheirOwnQuestions() {
    try (TrainingData data = EngineFixtures.data(jsc(), 3);
        GradientEngine alone =
            Engines.open(EngineKind.JOBS, data.packedRows(), EngineFixtures.WORK, 5L);
        GradientEngine many = Engines.open(EngineKind.JOBS, data.packedRows(), WORK, 99L)) {
      List<Many.Part> parts = parts(0, 0);
      List<String> expected = new ArrayList<>();
      for (Many.Part part : parts) {
        expected.add(EngineFixtures.bits(alone.run(part.request())));
      }
      assertThat(parts).hasSizeGreaterThan(12);
      assertThat(answers(many, parts)).isEqualTo(expected);
    }
  }

  @Test
  void answers_byJobsAndByResidentWorkers_areTheSameForEveryView() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2);
        GradientEngine jobs = Engines.open(EngineKind.JOBS, data.packedRows(), WORK, 1L);
        GradientEngine resident = Engines.open(EngineKind.RESIDENT, data.packedRows(), WORK, 2L)) {
      List<Many.Part> parts = new ArrayList<>();
      for (int v = 0; v < VIEWS.size(); v++) {
        parts.addAll(parts(v, v));
      }
      assertThat(answers(resident, parts)).isEqualTo(answers(jobs, parts));
      assertThat(resident.name()).isEqualTo("resident");
    }
  }

  /** Sums that would be folded in groups of partitions stay so, whoever asks beside. */
  @Test
  void together_asFarAsSumsAreFoldedAsTheyWouldBeAlone() {
    int few = 100;
    int many = 4 * 1024 * 1024 / 200 + PartialSum.TAIL;
    List<Integer> lengths = List.of(few, few, many, few, many, many);
    List<Integer> ends = new ArrayList<>();
    for (int from = 0; from < lengths.size(); ) {
      from = Many.together(lengths, length -> length, from, 201, MOST);
      ends.add(from);
    }
    assertThat(ends).containsExactly(2, 3, 4, 5, 6);
    assertThat(Many.together(lengths, length -> length, 0, 2, MOST)).isEqualTo(6);
    List<Integer> long200 = java.util.Collections.nCopies(500, 20_000);
    assertThat(Many.together(long200, length -> length, 0, 200, MOST)).isEqualTo(8);
    assertThat(Many.groupSize(200, 160_000, new int[] {20_000, 40_000})).isEqualTo(1);
  }

  @Test
  void gradient_ofAllFoldsTogether_isThatOfAllRowsOncePerFoldLeftIn() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2);
        GradientEngine jobs =
            Engines.open(
                EngineKind.JOBS,
                data.packedRows(),
                Work.ofMany(
                    EngineFixtures.problem().loss(),
                    List.of(
                        RowView.ALL,
                        RowView.without(0, 3, 8L),
                        RowView.without(1, 3, 8L),
                        RowView.without(2, 3, 8L))),
                1L)) {
      StepRequest gradient = StepRequest.all(StepRequest.Kind.GRADIENT, EngineFixtures.point(0.3));
      List<Many.Part> parts = new ArrayList<>();
      for (int v = 0; v < 4; v++) {
        parts.add(new Many.Part(v, 1L, gradient, DIMENSION + PartialSum.TAIL));
      }
      double[] sum = jobs.run(Many.request(parts));
      int length = DIMENSION + PartialSum.TAIL;
      for (int j = 0; j < DIMENSION + 2; j++) { // and the sums of losses and weights
        double folds = sum[length + j] + sum[2 * length + j] + sum[3 * length + j];
        assertThat(folds).isCloseTo(2.0 * sum[j], within(1e-9 * (1.0 + Math.abs(sum[j]))));
        assertThat(sum[length + j]).isNotEqualTo(sum[2 * length + j]);
      }
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double value) {
    return org.assertj.core.api.Assertions.within(value);
  }

  @Test
  void validation_ofAFold_isTheLossOfTheRowsThatDoNotTrain() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2);
        GradientEngine jobs = Engines.open(EngineKind.JOBS, data.packedRows(), WORK, 1L)) {
      double[] point = EngineFixtures.point(0.3);
      int loss = PartialSum.TAIL;
      int full = DIMENSION + PartialSum.TAIL;
      StepRequest held = StepRequest.validation(ravine.validation.ValidationMetric.LOSS, point);
      double[] sum =
          jobs.run(
              Many.request(
                  List.of(
                      new Many.Part(1, 1L, held, loss),
                      new Many.Part(1, 1L, StepRequest.all(StepRequest.Kind.GRADIENT, point), full),
                      new Many.Part(
                          0, 1L, StepRequest.all(StepRequest.Kind.GRADIENT, point), full))));
      double heldLoss = sum[0];
      double others = sum[loss + DIMENSION];
      double all = sum[loss + full + DIMENSION];
      assertThat(heldLoss).isPositive();
      assertThat(heldLoss + others).isCloseTo(all, within(1e-9 * all));
    }
  }

  @Test
  void folds_ofAPartition_areTheSameAgainAndNearlyOfOneSize() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 1)) {
      List<byte[]> twice = data.packedRows().packed().map(ManyTest::foldsTwice).collect();
      int[] counts = new int[3];
      for (byte[] fold : twice) {
        int half = fold.length / 2;
        assertThat(Arrays.copyOfRange(fold, half, fold.length))
            .isEqualTo(Arrays.copyOf(fold, half));
        for (int i = 0; i < half; i++) {
          counts[fold[i]]++;
        }
      }
      assertThat(Arrays.stream(counts).boxed()).allSatisfy(n -> assertThat(n).isBetween(70, 130));
    }
  }

  private static byte[] foldsTwice(PackedPartition partition) {
    byte[][] first = partition.folds(8L, 3).clone();
    partition.folds(7L, 2); // takes their place
    byte[][] second = partition.folds(8L, 3);
    int rows = 0;
    for (byte[] block : first) {
      rows += block.length;
    }
    byte[] all = new byte[2 * rows];
    int at = 0;
    for (byte[][] each : List.of(first, second)) {
      for (byte[] block : each) {
        System.arraycopy(block, 0, all, at, block.length);
        at += block.length;
      }
    }
    return all;
  }
}
