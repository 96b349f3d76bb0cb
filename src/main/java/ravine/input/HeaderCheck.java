package ravine.input;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.sql.SparkSession;
import ravine.terminal.Failure;

/**
 * All files of a directory must have one header: Spark takes that of one file and reads the others
 * by position, and drops the first line of each.
 */
final class HeaderCheck {
  private final SparkSession session;
  private final Configuration configuration;
  private final Dialect dialect;

  HeaderCheck(SparkSession session, Dialect dialect) {
    this.session = session;
    this.configuration = session.sparkContext().hadoopConfiguration();
    this.dialect = dialect;
  }

  void check(String path) {
    String[] files = session.read().text(path).inputFiles();
    if (files.length < 2) {
      return;
    }
    List<String> wanted = dialect.first().fields();
    Arrays.sort(files);
    List<List<String>> headers = Arrays.stream(files).parallel().map(this::header).toList();
    for (int i = 0; i < files.length; i++) {
      List<String> found = headers.get(i);
      if (!found.isEmpty() && !found.equals(wanted)) {
        throw Failure.usage(
            String.format(
                "The first line of %s (%s) is not the header of the other files of %s (%s); give"
                    + " all files the same columns in the same order, or add --no-header where"
                    + " there is none.",
                files[i], String.join(", ", found), path, String.join(", ", wanted)));
      }
    }
  }

  /** The fields of the first line that is no comment; none of an empty file. */
  private List<String> header(String file) {
    Path path = new Path(java.net.URI.create(file));
    CompressionCodec codec = new CompressionCodecFactory(configuration).getCodec(path);
    try (InputStream raw = path.getFileSystem(configuration).open(path);
        InputStream plain = codec == null ? raw : codec.createInputStream(raw);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      int comments = dialect.comments();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String text = line.replaceFirst("^\uFEFF", "");
        if (!text.isBlank() && (comments == 0 || !text.startsWith("#"))) {
          return SeparatedLine.of(text, dialect.separator()).fields();
        }
      }
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
