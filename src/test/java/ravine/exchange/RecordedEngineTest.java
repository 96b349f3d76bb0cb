package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import ravine.LogCapture;
import ravine.checkpoint.CheckpointFormat;
import ravine.checkpoint.Sections;

class RecordedEngineTest {
  /** Answers with numbers made of the question, and counts. */
  private static final class Counting implements GradientEngine {
    private final List<StepRequest> asked = new ArrayList<>();
    private final double shift;

    Counting(double shift) {
      this.shift = shift;
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public double[] run(StepRequest request) {
      asked.add(request);
      double[] sum = new double[3 + PartialSum.TAIL];
      Arrays.fill(sum, request.kind().code() + request.point()[0] + shift);
      PartialSum.setTail(sum, 1.0, 2.0, (double) System.nanoTime());
      return sum;
    }

    @Override
    public void run(SparseSlice.Request request, SparseSum sum) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  /** Makes a link of every answer, if there is a chain for it. */
  private static final class Cuts implements RecordedEngine.Keeper {
    private final List<Sections> chain;
    private long cut = -1;

    Cuts(List<Sections> chain) {
      this.chain = chain;
    }

    @Override
    public void answered(RecordedEngine recorded) {
      if (chain != null) {
        chain.add(CheckpointFormat.decode(CheckpointFormat.encode(recorded.takeFresh())));
      }
    }

    @Override
    public void cut(long links) {
      cut = links;
    }
  }

  private static StepRequest kept(double point, int slot) {
    return new StepRequest(
        StepRequest.Kind.KEEP, 0, 0, 1, new double[] {point}, new double[] {9.0}, slot);
  }

  private static StepRequest loss(double point) {
    return StepRequest.all(StepRequest.Kind.LOSS, new double[] {point});
  }

  private static List<StepRequest> questions() {
    return List.of(kept(1.0, 0), kept(2.0, 1), loss(3.0), kept(4.0, 0), loss(5.0));
  }

  /** What a run leaves that is lost after so many questions, a link after each. */
  private static List<Sections> lostAfter(int many) {
    List<Sections> chain = new ArrayList<>();
    RecordedEngine run =
        new RecordedEngine(new Counting(0.0), Collections.emptyIterator(), new Cuts(chain));
    questions().stream().limit(many).forEach(run::run);
    return chain;
  }

  private static double[] withoutTime(double[] sum) {
    return Arrays.copyOf(sum, sum.length - 1);
  }

  @Test
  void run_resumedAnywhere_givesTheSameAnswersAndAsksTheRestOnly() {
    for (int lost = 0; lost <= 5; lost++) {
      Counting fresh = new Counting(0.0);
      Counting again = new Counting(0.0);
      RecordedEngine resumed =
          new RecordedEngine(again, lostAfter(lost).iterator(), new Cuts(null));
      for (StepRequest question : questions()) {
        assertThat(withoutTime(resumed.run(question))).isEqualTo(withoutTime(fresh.run(question)));
      }
      assertThat(resumed.reads()).isEqualTo(5 - lost);
      int margins = lost == 5 || lost == 0 ? 0 : Math.min(lost, 2);
      assertThat(again.asked).hasSize(5 - lost + margins);
    }
  }

  /** The partitions have lost their margins: both slots are filled again, the older one first. */
  @Test
  void run_firstRealQuestion_asksForTheMarginsFirst() {
    Counting engine = new Counting(0.0);
    RecordedEngine resumed = new RecordedEngine(engine, lostAfter(4).iterator(), new Cuts(null));
    questions().forEach(resumed::run);
    assertThat(engine.asked.stream().map(request -> request.slot() + ": " + request.point()[0]))
        .containsExactly("1: 2.0", "0: 4.0", "0: 5.0");
  }

  @Test
  void run_anotherQuestion_dropsTheRestAndAsks() {
    Counting engine = new Counting(0.0);
    Cuts cuts = new Cuts(null);
    RecordedEngine resumed = new RecordedEngine(engine, lostAfter(5).iterator(), cuts);
    resumed.run(kept(1.0, 0));
    resumed.run(loss(7.0));
    resumed.run(loss(3.0));
    assertThat(cuts.cut).isEqualTo(1);
    assertThat(resumed.takeFresh().integers("answers")).hasSize(2);
    assertThat(engine.asked.stream().map(request -> request.point()[0]))
        .containsExactly(1.0, 7.0, 3.0);
  }

  /** A link that was used in part is given again, without what is of no use any more. */
  @Test
  void run_anotherQuestionWithinALink_keepsWhatWasUsedOfIt() {
    List<Sections> chain = new ArrayList<>();
    RecordedEngine first =
        new RecordedEngine(new Counting(0.0), Collections.emptyIterator(), new Cuts(null));
    questions().forEach(first::run);
    chain.add(first.takeFresh());
    Cuts cuts = new Cuts(null);
    RecordedEngine second = new RecordedEngine(new Counting(0.0), chain.iterator(), cuts);
    second.run(kept(1.0, 0));
    second.run(kept(2.0, 1));
    second.run(loss(8.0));
    assertThat(cuts.cut).isZero();
    List<Sections> again = List.of(second.takeFresh());
    Counting engine = new Counting(0.0);
    RecordedEngine third = new RecordedEngine(engine, again.iterator(), new Cuts(null));
    third.run(kept(1.0, 0));
    third.run(kept(2.0, 1));
    third.run(loss(8.0));
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void run_rowsAnswerOtherwise_isTold() {
    try (LogCapture log = new LogCapture(RecordedEngine.class.getName())) {
      RecordedEngine resumed =
          new RecordedEngine(new Counting(1e-9), lostAfter(2).iterator(), new Cuts(null));
      questions().forEach(resumed::run);
      assertThat(log.messages()).singleElement().asString().contains("do not answer to the bit");
    }
  }

  @Test
  void takeFresh_nothingNew_isNull() {
    RecordedEngine run =
        new RecordedEngine(new Counting(0.0), Collections.emptyIterator(), new Cuts(null));
    assertThat(run.takeFresh()).isNull();
    run.run(loss(1.0));
    assertThat(run.takeFresh()).isNotNull();
    assertThat(run.takeFresh()).isNull();
  }

  /** A length along margins is no step: only reads of the rows are. */
  @Test
  void reads_questionsOfMarginsAlone_areNotCounted() {
    RecordedEngine run =
        new RecordedEngine(new Counting(0.0), Collections.emptyIterator(), new Cuts(null));
    run.run(kept(1.0, 0));
    run.run(
        new StepRequest(
            StepRequest.Kind.ALONG, 0, 0, 1, new double[] {1.0}, new double[] {2.0, 0.5}, 0));
    assertThat(run.reads()).isEqualTo(1);
  }
}
