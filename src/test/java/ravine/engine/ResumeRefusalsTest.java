package ravine.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.SparkTestBase;
import ravine.engine.ResumeFixtures.Case;
import ravine.penalty.L2;
import ravine.resume.Resume;
import ravine.rows.Examples;

/** A run does not go on from the checkpoints of another fit, nor write over those of any. */
class ResumeRefusalsTest extends SparkTestBase {
  @TempDir private Path folder;

  @Test
  void train_otherFit_isRefusedNamingTheDifference() {
    Case mine = new Case("adam", false, new L2(0.01), b -> b.batchSize(40));
    Path directory = folder.resolve("other");
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
      ResumeFixtures.lose(data, mine, mine.builder("adam"), directory, 7, 0);
      String where = "The checkpoints in " + directory + " are of another fit: ";
      assertRefused(data, mine, mine.builder("momentum"), directory, where + "optimizer was adam");
      assertRefused(
          data, mine, mine.builder("adam").seed(8), directory, where + "seed was 7 and is 8");
      assertRefused(
          data,
          mine,
          mine.builder("adam").batchSize(20),
          directory,
          where + "batchSize was 40 and is 20");
      Case stronger = new Case("adam", false, new L2(0.02), b -> b.batchSize(40));
      assertRefused(
          data,
          stronger,
          stronger.builder("adam"),
          directory,
          where + "the strength of the penalty was 0.01 and is 0.02");
    }
    try (TrainingData others =
        Examples.pack(jsc().parallelize(ResumeFixtures.rows(299, 12), 2), 12, 42L)) {
      assertRefused(
          others,
          mine,
          mine.builder("adam"),
          directory,
          "the number of training rows was 240 and is 239");
    }
  }

  @Test
  void train_directoryInUse_isRefusedWithoutResume() {
    Case mine = new Case("adam", false, new L2(0.01), b -> b.batchSize(40));
    Path directory = folder.resolve("used");
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
      TrainerOptions.Builder options = mine.builder("adam");
      assertThatThrownBy(
              () ->
                  Trainer.train(
                      data,
                      ResumeFixtures.problem(mine),
                      options.checkpoints(ResumeFixtures.plan(directory, Resume.MUST)).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "resume is must, but checkpointDir " + directory + " holds no whole checkpoint");
      ResumeFixtures.lose(data, mine, options, directory, 7, 0);
      assertThatThrownBy(
              () ->
                  Trainer.train(
                      data,
                      ResumeFixtures.problem(mine),
                      options.checkpoints(ResumeFixtures.plan(directory, Resume.NONE)).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds checkpoints of an earlier run: set resume to must or auto");
    }
  }

  private static void assertRefused(
      TrainingData data,
      Case mine,
      TrainerOptions.Builder options,
      Path directory,
      String sentence) {
    assertThatThrownBy(() -> ResumeFixtures.resumed(data, mine, options, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }
}
