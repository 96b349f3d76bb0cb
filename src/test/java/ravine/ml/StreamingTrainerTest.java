package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.SparkTestBase;
import ravine.checkpoint.Sections;

class StreamingTrainerTest extends SparkTestBase {
  /** For {@code -Dravine.streaming.batches=200 -Dravine.streaming.kills=20}. */
  private static final int BATCHES = Integer.getInteger("ravine.streaming.batches", 24);

  private static final int KILLS = Integer.getInteger("ravine.streaming.kills", 6);
  private static final int ROWS = 60;

  @TempDir private Path folder;

  private StreamingTrainer trainer(String name) {
    return new StreamingTrainer(Stream.learner(), folder.resolve(name).toString());
  }

  /** Where a query is struck down. */
  private enum Strike {
    BEFORE_TRAINING,
    AFTER_THE_COMMIT,
    STOPPED
  }

  private static final class Struck extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Runs until so many micro-batches are committed. */
  private StreamingTrainer run(String name, int batches, int strikeAt, Strike strike)
      throws Exception {
    StreamingTrainer trainer = trainer(name);
    StreamingQuery[] query = new StreamingQuery[1];
    query[0] =
        Stream.start(
            Stream.rows(spark(), ROWS),
            folder.resolve(name + "-query").toString(),
            (rows, batch) -> {
              if (batch >= batches) {
                throw new Struck();
              }
              if (batch == strikeAt && strike == Strike.BEFORE_TRAINING) {
                throw new Struck();
              }
              trainer.call(rows, batch);
              if (batch == strikeAt && strike == Strike.AFTER_THE_COMMIT) {
                throw new Struck();
              }
            });
    if (strike == Strike.STOPPED) {
      stopAt(query[0], trainer, strikeAt);
      return trainer;
    }
    assertThatThrownBy(() -> query[0].awaitTermination())
        .isInstanceOf(StreamingQueryException.class)
        .hasStackTraceContaining("Struck");
    return trainer;
  }

  /** At whatever moment after that micro-batch. */
  private static void stopAt(StreamingQuery query, StreamingTrainer trainer, int batch)
      throws StreamingQueryException, TimeoutException {
    while (trainer.lastBatch() < batch && query.isActive()) {
      query.awaitTermination(1);
    }
    query.stop();
  }

  private Sections sections(String name) {
    return trainer(name).state().sections();
  }

  /** Without what only says which query it was. */
  private static Sections learnt(Sections sections) {
    Sections learnt = new TrainingState(sections).copy();
    return learnt.putText("stream.query", "");
  }

  @Test
  void query_killedAgainAndAgain_learnsWhatAnUndisturbedOneDoes() throws Exception {
    run("undisturbed", BATCHES, -1, Strike.BEFORE_TRAINING);
    Random random = new Random(4);
    int at = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      at += random.nextInt(1 + (BATCHES - at) / (KILLS - kill));
      run("killed", BATCHES, at, Strike.values()[kill % Strike.values().length]);
    }
    run("killed", BATCHES, -1, Strike.BEFORE_TRAINING);
    Sections killed = sections("killed");
    assertThat(killed.integer("stream.batch")).isEqualTo(BATCHES - 1);
    assertThat(killed.integer("portions")).isEqualTo(BATCHES);
    assertThat(learnt(killed)).isEqualTo(learnt(sections("undisturbed")));
  }

  @Test
  void call_microBatchThatIsKnown_isSkippedAndNobodyIsTold() throws Exception {
    List<Long> told = new ArrayList<>();
    StreamingTrainer trainer = trainer("state").onModel((batch, model) -> told.add(batch));
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(200, 2)).drop("validation");
    trainer.call(rows, 0L);
    trainer.call(rows, 1L);
    TrainingState after = trainer.state();
    trainer.call(rows, 1L);
    trainer.call(rows, 0L);
    assertThat(trainer.state()).isSameAs(after);
    assertThat(trainer.lastBatch()).isEqualTo(1);
    assertThat(told).containsExactly(0L, 1L);
    assertThat(trainer.model()).isNotNull();
    StreamingTrainer again = trainer("state");
    assertThat(again.lastBatch()).isEqualTo(1);
    assertThat(again.state().sections()).isNotEqualTo(TrainingState.fresh().sections());
    assertThat(again.state().steps()).isEqualTo(after.steps());
  }

  @Test
  void call_emptyMicroBatches_areCommittedWithoutAStep() throws Exception {
    StreamingTrainer trainer = trainer("empty");
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(200, 2)).drop("validation");
    trainer.call(rows.limit(0), 0L);
    assertThat(trainer.state().isFresh()).isTrue();
    assertThat(trainer.model()).isNull();
    trainer.call(rows, 1L);
    long steps = trainer.state().steps();
    trainer.call(rows.limit(0), 2L);
    assertThat(trainer.state().steps()).isEqualTo(steps).isPositive();
    assertThat(trainer("empty").lastBatch()).isEqualTo(2);
  }

  @Test
  void query_otherThanTheStates_isRefusedInASentence() throws Exception {
    run("state", 2, -1, Strike.BEFORE_TRAINING);
    delete(folder.resolve("state-query"));
    StreamingTrainer trainer = trainer("state");
    StreamingQuery other =
        Stream.start(Stream.rows(spark(), ROWS), folder.resolve("other-query").toString(), trainer);
    assertThatThrownBy(other::awaitTermination)
        .hasStackTraceContaining("holds the state of query ")
        .hasStackTraceContaining("start it with the checkpointLocation it had");
    assertThat(trainer.lastBatch()).isEqualTo(1);
  }

  private static void delete(Path directory) throws IOException {
    try (java.util.stream.Stream<Path> paths = Files.walk(directory)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private Path fileOf(String name, long batch) {
    return folder.resolve(name).resolve(String.format("checkpoint-%09d.ravine", batch + 1));
  }

  private static void tear(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
  }

  @Test
  void file_torn_isTrainedAgainFromTheOneBefore() throws Exception {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(200, 2)).drop("validation");
    StreamingTrainer trainer = trainer("torn");
    trainer.call(rows, 0L);
    trainer.call(rows, 1L);
    byte[] whole = Files.readAllBytes(fileOf("torn", 1));
    tear(fileOf("torn", 1));
    StreamingTrainer again = trainer("torn");
    assertThat(again.lastBatch()).isZero();
    again.call(rows, 1L);
    assertThat(Files.readAllBytes(fileOf("torn", 1))).isEqualTo(whole);
    again.call(rows, 2L);
  }

  /** Spark knows that micro-batch to be done and does not give it again. */
  @Test
  void file_tornOfAMicroBatchThatDoesNotComeAgain_isRefusedAsLost() throws Exception {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(200, 2)).drop("validation");
    StreamingTrainer trainer = trainer("lost");
    trainer.call(rows, 0L);
    trainer.call(rows, 1L);
    tear(fileOf("lost", 1));
    StreamingTrainer again = trainer("lost");
    assertThatIllegalStateException()
        .isThrownBy(() -> again.call(rows, 2L))
        .withMessageStartingWith("What was learnt of micro-batch 1 is lost");
  }

  @Test
  void startingFrom_stateOfAnotherQuery_goesOnWithItOnce() throws Exception {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(200, 2)).drop("validation");
    StreamingTrainer old = trainer("old");
    old.call(rows, 0L);
    StreamingTrainer moved = trainer("moved").startingFrom(old.state());
    moved.call(rows, 0L);
    assertThat(moved.state().portions()).isEqualTo(2);
    assertThat(trainer("moved").startingFrom(old.state()).state().portions()).isEqualTo(2);
  }
}
