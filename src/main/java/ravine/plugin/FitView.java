package ravine.plugin;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One fit as HTML: a row of the table of all, and all that is known of it. */
final class FitView {
  /** Rows of the table of numbers. */
  private static final int MOST_ROWS = 40;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final FitRecord fit;
  private final FitStarted started;
  private final boolean live;

  FitView(FitRecord fit, boolean live) {
    this.fit = fit;
    this.started = fit.started;
    this.live = live;
  }

  boolean isRunning() {
    return live && fit.ended == null;
  }

  /** A row of the table; with a link to {@link #details}, if these are shown. */
  String row(boolean isShown) {
    String name = Html.text(name());
    StringBuilder out = new StringBuilder("<tr><td>");
    out.append(isShown ? "<a href=\"#" + anchor() + "\">" + name + "</a>" : name).append("</td>");
    cell(out, status());
    cell(out, Html.number(Curve.last(fit.passes.pass)));
    cell(out, Html.number(objective()));
    cell(out, gap());
    cell(out, Html.duration(seconds()));
    cell(out, time());
    return out.append("</tr>").toString();
  }

  private static void cell(StringBuilder out, String text) {
    out.append("<td>").append(Html.text(text)).append("</td>");
  }

  /** All that is known. */
  String details(boolean open) {
    StringBuilder out = new StringBuilder(16_384);
    out.append("<details class=\"ravine-fit\" id=\"").append(anchor()).append('"');
    out.append(open ? " open" : "").append("><summary><span>").append(Html.text(name()));
    out.append("</span> <span class=\"ravine-status ").append(isRunning() ? "runs" : "over");
    out.append("\">").append(Html.text(status())).append("</span></summary>");
    out.append("<p class=\"ravine-says\">").append(Html.text(says())).append("</p>");
    numbers(out);
    charts(out);
    out.append("<div class=\"ravine-below\">");
    parameters(out);
    table(out);
    return out.append("</div></details>").toString();
  }

  private String anchor() {
    return "fit-" + started.id.replaceAll("[^0-9A-Za-z-]", "");
  }

  /** Short; what the rule is in full stands among the parameters. */
  private String name() {
    int details = started.rule.indexOf('(');
    String rule = details < 0 ? started.rule : started.rule.substring(0, details);
    String what = started.loss + " loss, " + rule;
    return started.description.isEmpty() ? what : started.description + ": " + what;
  }

  private String time() {
    return TIME.format(Instant.ofEpochMilli(started.time).atZone(ZoneId.systemDefault()));
  }

  private String status() {
    FitEnded end = fit.ended;
    return end != null ? end.reason : live ? "running" : "not ended";
  }

  private String says() {
    FitEnded end = fit.ended;
    if (end != null) {
      return end.advice;
    }
    if (!live) {
      return "The application ended before the fit did, or its last events were not written.";
    }
    double byGap = TimeLeft.byGap(fit.passes, started.tol);
    double byPasses = TimeLeft.byPasses(fit.passes, fit.steps, started.maxPasses);
    if (Double.isNaN(byPasses)) {
      return "The first pass is being made.";
    }
    double byTime = TimeLeft.byTime(fit.passes, fit.steps, started.maxSeconds);
    double most = byTime < byPasses ? byTime : byPasses;
    String until = byTime < byPasses ? "until maxSeconds are over." : "until all passes are made.";
    return byGap < most
        ? "About "
            + Html.duration(byGap)
            + " left, if the bound of the gap goes on to fall as it does; at most "
            + Html.duration(most)
            + " "
            + until
        : "At most " + Html.duration(most) + " left, " + until;
  }

  private double objective() {
    FitEnded end = fit.ended;
    return end != null && !Double.isNaN(end.objective)
        ? end.objective
        : Curve.last(fit.passes.objective);
  }

  private String gap() {
    double objective = Math.abs(objective());
    if (Double.isNaN(fit.gap)) {
      return "–";
    }
    double relative = fit.gap / objective;
    String share =
        objective == 0.0
            ? Html.number(fit.gap)
            : relative < 1e-3
                ? String.format(Locale.ROOT, "%.1e", relative)
                : Html.number(Math.rint(1e3 * relative) / 10.0) + " %";
    return share + (fit.gapIsProven ? " (proven)" : " (estimate)");
  }

  private double seconds() {
    FitEnded end = fit.ended;
    return end != null ? end.trainSeconds : Math.max(0.0, (fit.heard - started.time) / 1e3);
  }

  private double rate() {
    double ofPass = Curve.last(fit.passes.rate);
    return Double.isNaN(ofPass) || passes() < Curve.last(fit.steps.pass)
        ? Curve.last(fit.steps.rate)
        : ofPass;
  }

  private double passes() {
    return Curve.last(fit.passes.pass);
  }

  private void numbers(StringBuilder out) {
    double made = passes();
    double within = Curve.last(fit.steps.pass);
    double shown = within > made || Double.isNaN(made) ? within : made;
    out.append("<dl class=\"ravine-numbers\">");
    number(
        out,
        "pass",
        (shown == Math.rint(shown) ? Html.number(shown) : String.format(Locale.ROOT, "%.1f", shown))
            + " of at most "
            + Html.count(started.maxPasses));
    number(out, "objective", Html.number(objective()));
    double validation = Curve.last(fit.passes.validation);
    if (!Double.isNaN(validation)) {
      number(out, "validation loss", Html.number(validation));
    }
    if (!Double.isNaN(fit.gap)) {
      number(out, "above the optimum at most, relatively", gap());
    }
    number(out, "learning rate", Html.number(rate()));
    number(out, "time", Html.duration(seconds()));
    number(out, "rows × features", Html.count(started.rows) + " × " + Html.count(started.features));
    out.append("</dl>");
  }

  private static void number(StringBuilder out, String name, String value) {
    out.append("<div><dt>").append(Html.text(name)).append("</dt><dd>");
    out.append(Html.text(value)).append("</dd></div>");
  }

  private void charts(StringBuilder out) {
    Curve passes = fit.passes;
    Curve steps = fit.steps;
    Chart loss = new Chart("Objective");
    // Steps of whole batches say the same as passes do, and means over several passes say less.
    if (Curve.last(steps.step) > 2.0 * Math.max(1.0, Curve.last(steps.pass))
        && steps.size() >= passes.size()) {
      loss.line("mini-batches", "batches", middles(steps.pass), steps.objective);
    }
    loss.line("all rows", "objective", passes.pass, passes.objective);
    Chart held = new Chart("Validation loss");
    held.line("validation rows", "validation", passes.pass, passes.validation);
    Chart gap = new Chart("Bound of the gap to the optimum");
    gap.line("bound", "gap", passes.pass, passes.gap);
    Chart rate = new Chart("Learning rate").fromZero();
    Curve rates = passes.size() < 3 ? steps : passes;
    if (changes(rates.rate)) {
      rate.line("rate", "rate", rates.pass, rates.rate);
    }
    out.append("<div class=\"ravine-charts\">");
    for (Chart chart : new Chart[] {loss, held, gap, rate}) {
      if (!chart.isEmpty()) {
        out.append(chart.html());
      }
    }
    out.append("</div>");
  }

  /** Where means over the steps since the point before belong: halfway from there. */
  private static double[] middles(double[] pass) {
    double[] middles = pass.clone();
    for (int i = 1; i < pass.length; i++) {
      middles[i] = 0.5 * (pass[i - 1] + pass[i]);
    }
    return middles;
  }

  /** A constant is told by its number. */
  private static boolean changes(double[] column) {
    double known = Double.NaN;
    for (double value : column) {
      if (!Double.isNaN(known) && !Double.isNaN(value) && value != known) {
        return true;
      }
      known = Double.isNaN(value) ? known : value;
    }
    return false;
  }

  private void parameters(StringBuilder out) {
    out.append("<details><summary>Parameters</summary><table class=\"table table-sm\"><tbody>");
    parameter(out, "optimizer", started.rule);
    parameter(out, "way", started.way + ", because " + started.why);
    parameter(out, "engine", started.engine);
    parameter(out, "began", time());
    parameter(out, "validation rows", Html.count(started.validationRows));
    parameter(out, "weights", Html.count(started.weights));
    parameter(out, "maxIter", Html.count(started.maxPasses));
    parameter(out, "tol", Html.number(started.tol));
    started.params.forEach((name, value) -> parameter(out, name, value));
    FitEnded end = fit.ended;
    if (end != null) {
      if (!end.schedule.isEmpty()) {
        parameter(out, "schedule", end.schedule);
      }
      parameter(out, "pass of the weights returned", Html.count(end.bestPass));
      parameter(
          out,
          "seconds to pack, open and train",
          String.format(
              Locale.ROOT, "%.3f, %.3f, %.3f", end.packSeconds, end.openSeconds, end.trainSeconds));
    }
    out.append("</tbody></table></details>");
  }

  private static void parameter(StringBuilder out, String name, String value) {
    out.append("<tr><th scope=\"row\">").append(Html.text(name)).append("</th>");
    cell(out, value);
    out.append("</tr>");
  }

  private void table(StringBuilder out) {
    Curve some = fit.passes.thinned(MOST_ROWS);
    out.append("<details><summary>Passes</summary>");
    // Who has no mouse scrolls by keyboard what has the focus.
    out.append("<div class=\"ravine-wide\" role=\"group\" aria-label=\"Passes\" tabindex=\"0\">");
    out.append("<table class=\"table table-sm\"><thead><tr>");
    for (String name :
        new String[] {
          "pass", "step", "seconds", "objective", "validation loss", "bound of the gap", "rate"
        }) {
      out.append("<th scope=\"col\">").append(name).append("</th>");
    }
    out.append("</tr></thead><tbody>");
    for (int i = 0; i < some.size(); i++) {
      out.append("<tr>");
      for (double[] column :
          new double[][] {
            some.pass, some.step, some.seconds, some.objective, some.validation, some.gap, some.rate
          }) {
        cell(out, Html.number(Curve.at(column, i)));
      }
      out.append("</tr>");
    }
    out.append("</tbody></table></div></details>");
  }
}
