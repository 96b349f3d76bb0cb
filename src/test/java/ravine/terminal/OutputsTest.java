package ravine.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
