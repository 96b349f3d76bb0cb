package ravine.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;

class OutputsTest extends SparkTestBase {
  @TempDir Path directory;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void write(String path) throws IOException {
    Path place = Path.of(path);
    Files.createDirectories(place);
    Files.writeString(place.resolve("part-0"), "new");
  }

  @Test
  void directory_existing_isReplaced() throws IOException {
    Path model = directory.resolve("model");
    Files.createDirectories(model);
    Files.writeString(model.resolve("part-0"), "old");

    new Outputs(spark()).directory(model.toString(), this::write);

    assertThat(model.resolve("part-0")).hasContent("new");
    assertThat(names()).containsExactly("model");
  }

  /** Whatever a name holds, it is the name of one entry in its directory. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)<script>",
        "it's \"quoted\"",
        "größe 模型",
        "a;b|c&d $HOME `x`",
        "%2e%2e",
        "{a,b}",
        "*",
        "[x]?",
        "..x",
        "-rf",
        "a#b"
      })
  void directoryAndFile_strangeNames_areOneEntry(String name) throws IOException {
    Outputs outputs = new Outputs(spark());
    for (int i = 0; i < 2; i++) {
      outputs.requireFree("--model", directory.resolve(name).toString(), true);
      outputs.directory(directory.resolve(name).toString(), this::write);
      assertThat(names()).containsExactly(name);
    }
    outputs.file(directory.resolve(name + ".txt").toString(), new byte[] {1});
    assertThat(names()).containsExactly(name, name + ".txt");
  }

  @Test
  void directory_pathWithParents_staysWhereItPoints() throws IOException {
    new Outputs(spark()).directory(directory + "/sub/../model", this::write);
    assertThat(names()).containsExactly("model");
  }

  /** Between the two renames of a swap a process may die: nothing is in the place then. */
  @Test
  void requireFree_oldOneMovedAsideByADeadProcess_isPutBack() throws IOException {
    Path aside = directory.resolve(".model." + UUID.randomUUID() + ".old");
    Files.createDirectories(aside);
    Files.writeString(aside.resolve("part-0"), "old");
    Files.createDirectories(directory.resolve(".model.x.old"));
    Files.createDirectories(directory.resolve(".other." + UUID.randomUUID() + ".old"));
    Outputs outputs = new Outputs(spark());
    String model = directory.resolve("model").toString();
    assertThat(outputs.movedAside(model)).endsWith(aside.getFileName().toString());

    outputs.requireFree("--model", model, true);

    assertThat(directory.resolve("model/part-0")).hasContent("old");
    assertThat(outputs.movedAside(model)).isNull();
    assertThat(names()).hasSize(3).contains("model");
  }

  @Test
  void directory_newOneCannotBeMoved_oldOneIsPutBack() throws IOException {
    Path model = directory.resolve("model");
    Files.createDirectories(model);
    Files.writeString(model.resolve("part-0"), "old");

    // What is not there cannot be moved to its place.
    assertThatThrownBy(() -> new Outputs(spark()).directory(model.toString(), fresh -> {}))
        .isInstanceOf(IOException.class);

    assertThat(model.resolve("part-0")).hasContent("old");
    assertThat(names()).containsExactly("model");
  }
}
