package ravine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.docs.Page.Piece;

/**
 * Every {@code java} block of the pages compiles.
 *
 * <p>A block with a class of its own is a source file. Any other becomes the body of a method whose
 * parameters are what a reader is said to have: {@code spark}, {@code rows} (a DataFrame with label
 * and features), {@code data} (an RDD of label and vector), {@code points} (an RDD of {@code
 * LabeledPoint}), {@code initialWeights}. Its imports are its own: what is pasted, compiles.
 */
class JavaSnippetsTest {
  private static final Pattern TYPE =
      Pattern.compile("(?m)^(?:public |final |abstract )*(?:class|record|interface|enum) +(\\w+)");

  private static final String PARAMETERS =
      "org.apache.spark.sql.SparkSession spark,"
          + " org.apache.spark.sql.Dataset<org.apache.spark.sql.Row> rows,"
          + " org.apache.spark.rdd.RDD<scala.Tuple2<Object, org.apache.spark.mllib.linalg.Vector>>"
          + " data,"
          + " org.apache.spark.rdd.RDD<org.apache.spark.mllib.regression.LabeledPoint> points,"
          + " org.apache.spark.mllib.linalg.Vector initialWeights";

  @TempDir Path classes;

  @Test
  void javaBlocks_ofAllPages_compile() {
    Map<String, Piece> pieces = new TreeMap<>();
    List<Source> sources = new ArrayList<>();
    for (Piece piece : Page.blocksOfAll("java")) {
      Source source = source(piece, sources.size());
      sources.add(source);
      pieces.put(source.toUri().toString(), piece);
    }
    assertThat(sources).as("java blocks").hasSizeGreaterThan(5);

    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-Xlint:none",
            "-d",
            classes.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    compiler.getTask(null, null, diagnostics, options, null, sources).call();
    List<String> errors =
        diagnostics.getDiagnostics().stream()
            .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
            .map(error -> describe(error, pieces))
            .toList();
    assertThat(errors).isEmpty();
  }

  private static String describe(
      Diagnostic<? extends JavaFileObject> error, Map<String, Piece> pieces) {
    Piece piece = pieces.get(error.getSource().toUri().toString());
    // One line of ours stands above the reader's.
    long line = piece.line() + error.getLineNumber() - 2;
    return piece.page().path() + ":" + line + " " + error.getMessage(Locale.ROOT);
  }

  private static Source source(Piece piece, int number) {
    String head = "package snippets.s" + number + ";";
    Matcher type = TYPE.matcher(piece.text());
    if (type.find()) {
      return new Source(number, type.group(1), head + "\n" + piece.text());
    }
    // Imports move into the first line, so that the others keep their numbers.
    StringBuilder imports = new StringBuilder(head);
    StringBuilder body = new StringBuilder();
    for (String line : piece.text().split("\n", -1)) {
      boolean isImport = line.startsWith("import ");
      imports.append(isImport ? " " + line : "");
      body.append(isImport ? "" : line).append('\n');
    }
    imports.append(" final class Snippet { static void run(" + PARAMETERS + ") throws Exception {");
    return new Source(number, "Snippet", imports + "\n" + body + "}}\n");
  }

  /** A source in memory. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(int number, String type, String text) {
      super(URI.create("string:///snippets/s" + number + "/" + type + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
