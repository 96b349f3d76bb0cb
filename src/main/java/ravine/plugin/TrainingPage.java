package ravine.plugin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.ui.UIUtils$;
import org.apache.spark.util.kvstore.KVStore;
import org.apache.spark.util.kvstore.KVStoreIterator;
import org.jspecify.annotations.Nullable;
import scala.Function0;
import scala.Option;
import scala.runtime.AbstractFunction0;
import scala.xml.NodeSeq;
import scala.xml.Unparsed;

/**
 * What the tab shows: the fits that the store knows, newest first. The page is whole without its
 * script, which asks for the same as JSON and exchanges it while something runs.
 */
final class TrainingPage {
  /** Fits that are drawn; older ones have a row in the table. */
  private static final int MOST_DRAWN = 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TrainingTab tab;
  private final KVStore store;
  private final boolean live;

  TrainingPage(TrainingTab tab, KVStore store, boolean live) {
    this.tab = tab;
    this.store = store;
    this.live = live;
  }

  /** The page in Spark's frame. */
  NodeSeq html(Object request) {
    String address = call(String.class, "prependBaseUri", request, tab.basePath(), "/ravine/json/");
    String nonce = nonce();
    String of = nonce.isEmpty() ? "" : " nonce=\"" + Html.text(nonce) + "\"";
    String content =
        "<style"
            + of
            + ">"
            + resource("training-tab.css")
            + "</style><div id=\"ravine-fits\" data-json=\""
            + Html.text(address)
            + "\" data-live=\""
            + live
            + "\">"
            + body(fits())
            + "</div><script"
            + of
            + ">"
            + resource("training-tab.js")
            + "</script>";
    Unparsed nodes = new Unparsed(content);
    Function0<NodeSeq> made =
        new AbstractFunction0<>() {
          @Override
          public NodeSeq apply() {
            return nodes;
          }
        };
    return call(NodeSeq.class, "headerSparkPage", request, "Training", made, tab, Option.empty());
  }

  /** The same as a {@code JValue}, with the numbers of which it is made. */
  Object json() {
    return json4s(tree(fits()));
  }

  /** Newest first. */
  private List<FitRecord> fits() {
    List<FitRecord> fits = new ArrayList<>();
    try (KVStoreIterator<FitRecord> every =
        store.view(FitRecord.class).reverse().closeableIterator()) {
      every.forEachRemaining(fits::add);
      return fits;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Spark's store of this application cannot be read", e);
    }
  }

  private String body(List<FitRecord> fits) {
    if (fits.isEmpty()) {
      return "<p>No fit has begun yet.</p>";
    }
    StringBuilder out = new StringBuilder(65_536);
    out.append("<div class=\"ravine-wide\" role=\"group\" aria-label=\"Fits\" tabindex=\"0\">");
    out.append("<table class=\"table table-sm table-striped\">");
    out.append("<thead><tr><th>fit</th><th>status</th><th>passes</th><th>objective</th>");
    out.append("<th>above the optimum at most</th><th>time</th><th>began</th></tr></thead>");
    out.append("<tbody>");
    for (int i = 0; i < fits.size(); i++) {
      out.append(new FitView(fits.get(i), live).row(i < MOST_DRAWN));
    }
    out.append("</tbody></table></div>");
    for (int i = 0; i < Math.min(MOST_DRAWN, fits.size()); i++) {
      FitView view = new FitView(fits.get(i), live);
      out.append(view.details(i == 0 || view.isRunning()));
    }
    return out.toString();
  }

  private ObjectNode tree(List<FitRecord> fits) {
    ObjectNode root = JSON.createObjectNode();
    boolean running = false;
    ArrayNode array = root.putArray("fits");
    for (FitRecord fit : fits) {
      running |= new FitView(fit, live).isRunning();
      ObjectNode node = array.addObject();
      node.put("id", fit.id);
      node.put("rule", fit.started.rule);
      node.put("way", fit.started.way);
      node.put("engine", fit.started.engine);
      node.put("rows", fit.started.rows);
      node.put("features", fit.started.features);
      node.put("maxPasses", fit.started.maxPasses);
      put(node, "gap", fit.gap);
      node.put("gapIsProven", fit.gapIsProven);
      FitEnded end = fit.ended;
      node.put("reason", end == null ? null : end.reason);
      node.put("advice", end == null ? null : end.advice);
      put(node.putObject("passes"), fit.passes);
      put(node.putObject("steps"), fit.steps);
    }
    root.put("running", running);
    root.put("html", body(fits));
    return root;
  }

  private static void put(ObjectNode to, Curve curve) {
    put(to.putArray("pass"), curve.pass);
    put(to.putArray("step"), curve.step);
    put(to.putArray("seconds"), curve.seconds);
    put(to.putArray("objective"), curve.objective);
    put(to.putArray("validation"), curve.validation);
    put(to.putArray("gap"), curve.gap);
    put(to.putArray("rate"), curve.rate);
  }

  private static void put(ArrayNode to, double[] column) {
    for (double value : column) {
      if (Double.isFinite(value)) {
        to.add(value);
      } else {
        to.addNull(); // JSON has no NaN
      }
    }
  }

  private static void put(ObjectNode to, String name, double value) {
    if (Double.isFinite(value)) {
      to.put(name, value);
    } else {
      to.putNull(name);
    }
  }

  private static String resource(String name) {
    try (InputStream in = TrainingPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Spark 4.2's content security policy asks of scripts; empty where there is none. */
  private static String nonce() {
    Supplier<@Nullable Object> get =
        () -> {
          try {
            return Class.forName("org.apache.spark.ui.CspNonce").getMethod("get").invoke(null);
          } catch (ClassNotFoundException older) {
            return null;
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The nonce of Spark's pages cannot be read", e);
          }
        };
    Object nonce = get.get();
    return nonce == null ? "" : nonce.toString();
  }

  /**
   * Calls a method whose descriptor differs between Sparks; flags that it has beyond the arguments
   * are false.
   */
  private static <T> T call(Class<T> type, String name, Object... arguments) {
    for (Method method : UIUtils$.class.getMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() >= arguments.length) {
        Object[] all = new Object[method.getParameterCount()];
        for (int i = 0; i < all.length; i++) {
          all[i] = i < arguments.length ? arguments[i] : (Object) false;
        }
        try {
          return type.cast(method.invoke(UIUtils$.MODULE$, all));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("Spark's web interface refuses " + name, e);
        }
      }
    }
    throw new IllegalStateException("This Spark's web interface has no " + name);
  }

  /** json4s has moved its classes between the versions of Spark. */
  private static Object json4s(ObjectNode tree) {
    try {
      Class<?> methods = Class.forName("org.json4s.jackson.JsonMethods$");
      Class<?> node = Class.forName("com.fasterxml.jackson.databind.JsonNode");
      return methods
          .getMethod("fromJsonNode", node)
          .invoke(methods.getField("MODULE$").get(null), tree);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Spark's json4s cannot be used", e);
    }
  }
}
