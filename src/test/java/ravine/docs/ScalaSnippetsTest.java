package ravine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.docs.Page.Piece;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;
import scala.tools.nsc.Global;
import scala.tools.nsc.Settings;
import scala.tools.nsc.reporters.StoreReporter;

/**
 * Every {@code scala} block of the pages compiles: as the body of a method with the parameters of
 * {@link JavaSnippetsTest}, in one run of the compiler of Spark's own Scala.
 */
class ScalaSnippetsTest {
  private static final String HEAD =
      " def run(spark: org.apache.spark.sql.SparkSession, rows: org.apache.spark.sql.DataFrame,"
          + " data: org.apache.spark.rdd.RDD[(Double, org.apache.spark.mllib.linalg.Vector)],"
          + " points: org.apache.spark.rdd.RDD[org.apache.spark.mllib.regression.LabeledPoint],"
          + " initialWeights: org.apache.spark.mllib.linalg.Vector): Unit = {";

  @TempDir Path folder;

  @Test
  void scalaBlocks_ofAllPages_compile() throws IOException {
    Map<String, Piece> pieces = new TreeMap<>();
    for (Piece piece : Page.blocksOfAll("scala")) {
      Path file = folder.resolve("Snippet" + pieces.size() + ".scala");
      Files.writeString(
          file, "object Snippet" + pieces.size() + " {" + HEAD + "\n" + piece.text() + "}}\n");
      pieces.put(file.toString(), piece);
    }
    assertThat(pieces).as("scala blocks").hasSizeGreaterThan(1);
    assertThat(errors(pieces)).isEmpty();
  }

  private List<String> errors(Map<String, Piece> pieces) {
    List<String> errors = new ArrayList<>();
    Settings settings =
        new Settings(
            new AbstractFunction1<String, BoxedUnit>() {
              @Override
              public BoxedUnit apply(String problem) {
                errors.add(problem);
                return BoxedUnit.UNIT;
              }
            });
    settings.classpath().value_$eq(System.getProperty("java.class.path"));
    settings.outputDirs().setSingleOutput(folder.toString());
    StoreReporter reporter = new StoreReporter(settings);
    Global compiler = new Global(settings, reporter);
    Global.Run run = compiler.new Run();
    run.compile(JavaConverters.asScalaBuffer(new ArrayList<>(pieces.keySet())).toList());
    for (StoreReporter.Info info : JavaConverters.setAsJavaSet(reporter.infos())) {
      if (info.severity().toString().equals("ERROR")) {
        errors.add(place(info, pieces) + " " + info.msg());
      }
    }
    return errors;
  }

  private static String place(StoreReporter.Info info, Map<String, Piece> pieces) {
    if (!info.pos().isDefined()) {
      return "the compiler";
    }
    Piece piece = pieces.get(info.pos().source().file().path());
    // One line of ours stands above the reader's.
    return piece.page().path() + ":" + (piece.line() + info.pos().line() - 2);
  }
}
