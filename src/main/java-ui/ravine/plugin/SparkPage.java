package ravine.plugin;

import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.ui.WebUIPage;
import scala.xml.Node;
import scala.xml.NodeSeq;

/**
 * A page of Spark's web interface on every Spark there is.
 *
 * <p>What Spark calls differs: a page is given a request of {@code javax.servlet} (3.5) or {@code
 * jakarta.servlet} (4), and returns a {@code scala.collection.Seq} (Scala 2.12) or an immutable one
 * (2.13), and JSON of two classes. To the JVM these are different methods. This class has all of
 * them, and each Spark finds its own; those of the other are never linked, so that the classes they
 * name may be missing. The interfaces below make the compiler write the methods that the Spark it
 * compiles against does not ask for.
 */
final class SparkPage extends WebUIPage implements Scala213, Spark4 {
  private final Function<Object, NodeSeq> html;
  private final Supplier<Object> json;

  /**
   * A page at the root of its tab.
   *
   * @param html makes the page of a servlet request
   * @param json makes a {@code JValue} of this Spark's json4s
   */
  SparkPage(Function<Object, NodeSeq> html, Supplier<Object> json) {
    super("");
    this.html = html;
    this.json = json;
  }

  @Override
  public NodeSeq render(javax.servlet.http.HttpServletRequest request) {
    return html.apply(request);
  }

  @Override
  public NodeSeq render(jakarta.servlet.http.HttpServletRequest request) {
    return html.apply(request);
  }

  @Override
  public org.json4s.JsonAST.JValue renderJson(javax.servlet.http.HttpServletRequest request) {
    return (org.json4s.JsonAST.JValue) json.get();
  }

  @Override
  public org.json4s.JValue renderJson(jakarta.servlet.http.HttpServletRequest request) {
    return (org.json4s.JValue) json.get();
  }
}

/** Spark 3.5 for Scala 2.13. */
interface Scala213 {
  scala.collection.immutable.Seq<Node> render(javax.servlet.http.HttpServletRequest request);
}

/** Spark 4. */
interface Spark4 {
  scala.collection.immutable.Seq<Node> render(jakarta.servlet.http.HttpServletRequest request);

  org.json4s.JValue renderJson(jakarta.servlet.http.HttpServletRequest request);
}
