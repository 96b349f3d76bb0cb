package ravine.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.LogCapture;
import ravine.checkpoint.Sections;

class CheckpointsTest {
  @TempDir private Path folder;

  private Checkpoints open(Resume resume, boolean chained, int partitions) {
    return Checkpoints.open(
        new CheckpointPlan("full://" + folder, CheckpointPlan.Interval.of("10"), resume),
        FullDisk.configuration(),
        new Fingerprint().put("optimizer", "adam"),
        partitions,
        chained);
  }

  /** Each run saves one, as if its driver was lost after it. */
  private void saveOne(boolean chained, int steps) {
    try (Checkpoints run = open(Resume.AUTO, chained, 2)) {
      run.save(steps, () -> new Sections().putIntegers("steps", steps));
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void tear(int number) throws IOException {
    Path file = folder.resolve(String.format("checkpoint-%09d.ravine", number));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 3));
  }

  private static List<Long> steps(Checkpoints run) {
    List<Long> steps = new ArrayList<>();
    run.links().forEachRemaining(link -> steps.add(link.integer("steps")));
    Sections last = run.last();
    if (last != null) {
      steps.add(last.integer("steps"));
    }
    return steps;
  }

  @Test
  void save_moreThanTwo_keepsTheLastTwo() throws IOException {
    for (int steps : new int[] {10, 20, 30}) {
      saveOne(false, steps);
    }
    assertThat(names())
        .containsExactly("checkpoint-000000002.ravine", "checkpoint-000000003.ravine");
    try (Checkpoints run = open(Resume.MUST, false, 2)) {
      assertThat(steps(run)).containsExactly(30L);
    }
  }

  @Test
  void open_newestTorn_takesTheOneBeforeAndSaysSo() throws IOException {
    for (int steps : new int[] {10, 20, 30}) {
      saveOne(false, steps);
    }
    tear(3);
    try (LogCapture log = new LogCapture(Checkpoints.class.getName());
        Checkpoints run = open(Resume.AUTO, false, 2)) {
      assertThat(steps(run)).containsExactly(20L);
      assertThat(log.messages())
          .anyMatch(line -> line.startsWith("Checkpoint 3 in full:" + folder + " is not whole"));
      assertThat(names()).containsExactly("checkpoint-000000002.ravine");
      run.save(30, () -> new Sections().putIntegers("steps", 30));
    }
    try (Checkpoints run = open(Resume.MUST, false, 2)) {
      assertThat(steps(run)).containsExactly(30L);
    }
  }

  @Test
  void open_chain_servesUpToTheFirstTornLink() throws IOException {
    for (int steps : new int[] {10, 20, 30, 40}) {
      saveOne(true, steps);
    }
    try (Checkpoints run = open(Resume.MUST, true, 2)) {
      assertThat(steps(run)).containsExactly(10L, 20L, 30L, 40L);
    }
    tear(3);
    try (Checkpoints run = open(Resume.MUST, true, 2)) {
      assertThat(steps(run)).containsExactly(10L, 20L);
    }
    assertThat(names())
        .containsExactly("checkpoint-000000001.ravine", "checkpoint-000000002.ravine");
  }

  @Test
  void open_allTorn_beginsAnewOrIsRefused() throws IOException {
    saveOne(false, 10);
    tear(1);
    assertThatThrownBy(() -> open(Resume.MUST, false, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "resume is must, but checkpointDir full:" + folder + " holds no whole checkpoint");
    try (Checkpoints run = open(Resume.AUTO, false, 2)) {
      assertThat(steps(run)).isEmpty();
    }
  }

  @Test
  void open_otherPartitions_isAllowedAndTold() {
    saveOne(false, 10);
    try (LogCapture log = new LogCapture(Checkpoints.class.getName());
        Checkpoints run = open(Resume.AUTO, false, 3)) {
      assertThat(run.hasOtherPartitions()).isTrue();
      assertThat(log.messages())
          .anyMatch(
              line -> line.startsWith("The checkpoint was made on 2 partitions and there are 3"));
    }
  }

  @Test
  void save_diskFull_costsOneLineAndKeepsWhatIsThere() throws IOException {
    saveOne(false, 10);
    try (LogCapture log = new LogCapture(Checkpoints.class.getName())) {
      try (Checkpoints run = open(Resume.AUTO, false, 2)) {
        FullDisk.full = true;
        run.save(20, () -> new Sections().putIntegers("steps", 20));
        run.save(30, () -> new Sections().putIntegers("steps", 30));
      }
      FullDisk.full = false;
      assertThat(log.messages().stream().filter(line -> line.contains("could not be written")))
          .singleElement()
          .asString()
          .contains("No space left on device")
          .endsWith("training goes on, and the checkpoints before stay");
    }
    try (Checkpoints run = open(Resume.MUST, false, 2)) {
      assertThat(steps(run)).containsExactly(10L);
    }
  }

  /** A link that could not be written is written before the next: a chain has no gap. */
  @Test
  void save_chainOnADiskThatWasFull_hasNoGap() {
    try (Checkpoints run = open(Resume.AUTO, true, 2)) {
      FullDisk.full = true;
      run.save(10, () -> new Sections().putIntegers("steps", 10));
      while (!run.isDue(1_000_000)) {
        Thread.onSpinWait();
      }
      FullDisk.full = false;
      run.save(20, () -> new Sections().putIntegers("steps", 20));
    }
    try (Checkpoints run = open(Resume.MUST, true, 2)) {
      assertThat(steps(run)).containsExactly(10L, 20L);
    }
  }

  /** What copying the state takes counts as writing does: both keep training waiting. */
  @Test
  void isDue_stateThatIsLongInCopying_restsLong() {
    try (Checkpoints run = open(Resume.AUTO, false, 2)) {
      run.save(
          10,
          () -> {
            long start = System.nanoTime();
            while (System.nanoTime() - start < 100_000_000L) {
              Thread.onSpinWait();
            }
            return new Sections().putIntegers("steps", 10);
          });
      while (!run.isIdle()) {
        Thread.onSpinWait();
      }
      assertThat(run.isDue(1_000_000)).isFalse();
    }
  }

  @Test
  void isDue_afterTheInterval_once() {
    try (Checkpoints run = open(Resume.AUTO, false, 2)) {
      assertThat(run.isDue(9)).isFalse();
      assertThat(run.isDue(10)).isTrue();
      run.save(10, () -> new Sections().putIntegers("steps", 10));
      assertThat(run.isDue(19)).isFalse();
    }
    try (Checkpoints none = Checkpoints.none()) {
      assertThat(none.isDue(1_000_000)).isFalse();
    }
  }
}
