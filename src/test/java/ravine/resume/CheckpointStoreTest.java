package ravine.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.checkpoint.CheckpointException;
import ravine.checkpoint.Sections;

class CheckpointStoreTest {
  @TempDir private Path folder;

  private static Sections sections(int number) {
    return new Sections().putIntegers("steps", number);
  }

  private static java.util.List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file://", "", "full://"})
  void write_onAnyFileSystem_isReadAgain(String scheme) throws IOException {
    CheckpointStore store =
        new CheckpointStore(scheme + folder.resolve("new/directory"), FullDisk.configuration());
    assertThat(store.numbers()).isEmpty();
    store.write(1, sections(10));
    store.write(12, sections(20));
    store.write(12, sections(30));
    assertThat(store.numbers()).containsExactly(1L, 12L);
    assertThat(store.read(1)).isEqualTo(sections(10));
    assertThat(store.read(12)).isEqualTo(sections(30));
    assertThat(names(folder.resolve("new/directory")))
        .containsExactly("checkpoint-000000001.ravine", "checkpoint-000000012.ravine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>x<script>",
        "it's \"so\"",
        "größe 模型",
        "%2e%2e",
        "{a,b}*[c]?",
        "..x",
        "a#b"
      })
  void write_strangeDirectory_isThatDirectory(String name) throws IOException {
    CheckpointStore store = new CheckpointStore("" + folder.resolve(name), new Configuration());
    store.write(7, sections(7));
    assertThat(store.read(7)).isEqualTo(sections(7));
    assertThat(store.numbers()).containsExactly(7L);
    assertThat(names(folder)).containsExactly(name);
  }

  @Test
  void keepLast_more_areRemovedOldestFirst() throws IOException {
    CheckpointStore store = new CheckpointStore(folder.toString(), new Configuration());
    for (int number = 1; number <= 5; number++) {
      store.write(number, sections(number));
    }
    store.keepLast(2);
    assertThat(store.numbers()).containsExactly(4L, 5L);
  }

  @Test
  void numbers_otherFiles_areLeftAlone() throws IOException {
    CheckpointStore store = new CheckpointStore(folder.toString(), new Configuration());
    Files.writeString(folder.resolve("notes.txt"), "mine");
    Files.writeString(folder.resolve("checkpoint-1.txt"), "mine");
    Files.writeString(folder.resolve(".checkpoint-000000007.ravine.new"), "half");
    store.removeUnfinished();
    store.keepLast(0);
    assertThat(store.numbers()).isEmpty();
    assertThat(names(folder)).containsExactly("checkpoint-1.txt", "notes.txt");
  }

  @Test
  void write_diskFull_leavesWhatWasThere() throws IOException {
    CheckpointStore store = new CheckpointStore("full://" + folder, FullDisk.configuration());
    store.write(1, sections(1));
    FullDisk.full = true;
    assertThatThrownBy(() -> store.write(2, sections(2)))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThatThrownBy(() -> store.write(1, sections(2))).isInstanceOf(IOException.class);
    FullDisk.full = false;
    assertThat(store.read(1)).isEqualTo(sections(1));
    assertThat(names(folder)).containsExactly("checkpoint-000000001.ravine");
  }

  @Test
  void read_tornFile_isNamed() throws IOException {
    CheckpointStore store = new CheckpointStore(folder.toString(), new Configuration());
    store.write(3, sections(3));
    Path file = folder.resolve("checkpoint-000000003.ravine");
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 30));
    assertThatThrownBy(() -> store.read(3))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("truncated: ");
  }
}
