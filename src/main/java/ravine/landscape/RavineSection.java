package ravine.landscape;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;
import ravine.page.Figure;
import ravine.page.Grid;
import ravine.page.Numbers;
import ravine.page.Page;

/**
 * The section of a page: every method's path through the ravine, what an average of gradients does
 * to noise, and sliders that run the paths again. Without a script the pictures and their numbers
 * are there all the same.
 */
public final class RavineSection {
  /** The rate of the paths from mini-batches: about half of what is stable. */
  private static final double NOISY_RATE = 0.5;

  private static final List<Method> NOISY = List.of(Method.SGD, Method.EMA);
  private static final int[] NOISY_BATCHES = {5, 25};

  private final TwoFeatureLoss loss = TwoFeatureLoss.irises();
  private final List<Panel> best = new ArrayList<>();
  private final List<Panel> noisy = new ArrayList<>();

  private RavineSection() {
    for (Method method : Method.values()) {
      best.add(new Panel(Walk.best(loss, method), Walk.DRAWN));
    }
    for (int batch : NOISY_BATCHES) {
      for (Method method : NOISY) {
        Walk walk = Walk.of(loss, method, NOISY_RATE, Walk.DEFAULT_MOMENTUM, batch);
        noisy.add(new Panel(walk, Walk.STEPS));
      }
    }
  }

  /** Adds the section to a page, with its style and script. */
  public static void addTo(Page page) {
    new RavineSection().add(page);
  }

  /** SGD and momentum beside one another, for a page that has the section, too. */
  public static Figure figure() {
    return new PairFigure(TwoFeatureLoss.irises(), List.of(Method.SGD, Method.MOMENTUM));
  }

  private void add(Page page) {
    StringBuilder paths = new StringBuilder("<div class=\"ravine\" id=\"ravine\">\n<style>\n");
    paths
        .append(resource("ravine.css"))
        .append("</style>\n")
        .append(introduction())
        .append("<svg width=\"0\" height=\"0\" class=\"shared\" aria-hidden=\"true\"><defs>\n")
        .append(Panel.landscape(loss, "landscape"))
        .append("</defs></svg>\n")
        .append(controls())
        .append("<div class=\"panels\">\n");
    best.forEach(panel -> paths.append(figure(panel, false)));
    StringBuilder noise = new StringBuilder("<div class=\"ravine\">\n");
    noise
        .append("<h3>What an average of gradients does to their noise</h3>\n")
        .append(aboutNoise())
        .append("<div class=\"panels\">\n");
    noisy.forEach(panel -> noise.append(figure(panel, true)));
    noise
        .append("</div>\n<script type=\"application/json\" id=\"ravine-problem\">")
        .append(problem())
        .append("</script>\n</div>\n");
    page.section("The ravine")
        .html(paths.append("</div>\n</div>\n").toString())
        .folded("The numbers of these paths, at their best rates", table())
        .html(noise.toString())
        .script("(() => {\n" + resource("walks.js") + resource("ravine.js") + "})();");
  }

  private String introduction() {
    return String.format(
        Locale.ROOT,
        """
        <p class="text">The loss of a logistic regression with two weights, on %d irises (sepal and petal width,
        as measured). Each ring is about three times as far above the least loss as the ring
        inside it; the innermost is within 1&nbsp;%%. The loss bends %.0f times as much across the
        ravine as along it. What it bends across bounds the rate: at the best rate that plain SGD
        can have, it goes to and fro between the walls and hardly forward. A velocity cancels what
        one step takes back from the other and adds up what they have in common: the way along the
        floor.</p>
        <p class="text soft">Every path starts at weights (1, −1), with all rows in each step and the
        best constant rate for its method out of powers of <sup>4</sup>√2, with γ&nbsp;=&nbsp;0.9;
        the first %d steps are drawn. A step turns back if it is at more than a right angle to the
        one before.</p>
        """,
        loss.size(),
        condition(),
        Walk.DRAWN);
  }

  private String aboutNoise() {
    return String.format(
        Locale.ROOT,
        """
        <p class="text">Now each step sees only a few rows. Both methods have the same rate, %.1f, and all %d
        steps are drawn. The average takes the noise out of the direction: its steps hardly ever
        turn back. Out of where the path ends it takes only a part; for the rest, take larger
        mini-batches or let the rate fall.</p>
        """,
        NOISY_RATE,
        Walk.STEPS);
  }

  /** How much more the loss bends across the ravine than along it, at the minimum. */
  private double condition() {
    double[] h = loss.hessian(loss.minimum());
    double mean = (h[0] + h[2]) / 2.0;
    double spread = Math.sqrt((h[0] - h[2]) * (h[0] - h[2]) / 4.0 + h[1] * h[1]);
    return (mean + spread) / (mean - spread);
  }

  private String controls() {
    return String.format(
        Locale.ROOT,
        """
        <form class="controls" hidden>
        <label>Rate <input type="range" name="rate" min="-16" max="8" value="0"
        aria-describedby="ravine-rate"><output id="ravine-rate">1 × the best</output></label>
        <label>Momentum γ <input type="range" name="momentum" min="0" max="0.99" step="0.01"
        value="%1$s" aria-describedby="ravine-momentum"><output
        id="ravine-momentum">%1$s</output></label>
        <fieldset><legend>Rows of a step</legend>
        <label><input type="radio" name="batch" value="%2$d" checked> all</label>
        <label><input type="radio" name="batch" value="25"> 25</label>
        <label><input type="radio" name="batch" value="5"> 5</label></fieldset>
        <button type="reset">Reset</button>
        </form>
        """,
        Walk.DEFAULT_MOMENTUM,
        loss.size());
  }

  private String figure(Panel panel, boolean isNoisy) {
    Walk walk = panel.walk();
    Method method = walk.method();
    String rows = isNoisy ? ", " + walk.batch() + " rows a step" : "";
    String name = isNoisy && method == Method.EMA ? "EMA" : method.title();
    return String.format(
        Locale.ROOT,
        """
        <figure data-rule="%s" data-rate="%s" data-batch="%s" data-drawn="%d">
        <figcaption><b>%s</b></figcaption>
        <svg viewBox="0 0 %d %d" role="img" aria-label="The path of %s%s"%s>
        <use href="#landscape"/>
        %s</svg>
        <p><b class="end">%s</b><br><span class="turns">%s</span><br><span class="rate">%s</span>%s</p>
        </figure>
        """,
        method.key(),
        walk.rate(),
        isNoisy ? walk.batch() : "",
        panel.drawn(),
        name + rows,
        View.WIDTH,
        View.HEIGHT,
        name,
        rows,
        isNoisy ? " class=\"noisy\"" : "",
        panel.marks(loss),
        isNoisy ? panel.end() : panel.arrival(),
        panel.turns(),
        panel.rate(),
        isNoisy ? "" : "<br><span class=\"formula\">" + method.formula() + "</span>");
  }

  private Grid table() {
    Grid grid =
        new Grid(
            "The paths in the ravine, at the best rate of each method",
            List.of(
                "method",
                "rate",
                "steps to within 1 %",
                "steps of 60 that turn back",
                "gap after 60 steps"));
    for (Panel panel : best) {
      Walk walk = panel.walk();
      grid.row(
          walk.method().title(),
          Numbers.of(walk.rate(), 3),
          walk.arrived() ? Integer.toString(walk.arrival()) : "more than " + Walk.STEPS,
          Integer.toString(walk.turns()),
          Numbers.of(walk.gaps()[Walk.DRAWN], 2));
    }
    return grid;
  }

  /** What the script needs to know, as JSON. */
  private String problem() {
    StringJoiner rows = new StringJoiner(",", "[", "]");
    for (int i = 0; i < loss.size(); i++) {
      double[] row = loss.row(i);
      rows.add(String.format(Locale.ROOT, "[%s,%s,%.0f]", row[0], row[1], loss.label(i)));
    }
    return String.format(
        Locale.ROOT,
        "{\"rows\":%s,\"ridge\":%s,\"least\":%s,\"start\":%s,\"steps\":%d,\"drawn\":%d,"
            + "\"near\":%s,\"seed\":%d,\"left\":%s,\"top\":%s,\"scale\":%s}",
        rows,
        loss.ridge(),
        loss.least(),
        Arrays.toString(Walk.start()),
        Walk.STEPS,
        Walk.DRAWN,
        Walk.NEAR,
        Walk.SEED,
        View.LEFT,
        View.TOP,
        View.SCALE);
  }

  /** A sentence that says of each method what its picture shows. */
  static String described(TwoFeatureLoss loss, List<Method> methods) {
    StringJoiner sentences = new StringJoiner("; ", "", ".");
    for (Method method : methods) {
      Panel panel = new Panel(Walk.best(loss, method), Walk.DRAWN);
      sentences.add(method.title() + ": " + panel.arrival() + ", " + panel.turns());
    }
    return sentences.toString();
  }

  private static String resource(String name) {
    try (InputStream file =
        Objects.requireNonNull(RavineSection.class.getResourceAsStream(name), name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading a resource of the jar does not fail", e);
    }
  }
}
