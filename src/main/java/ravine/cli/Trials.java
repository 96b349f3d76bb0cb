package ravine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ravine.engine.PassRecord;
import ravine.ml.tuning.Halving;
import ravine.page.Axis;
import ravine.page.Chart;
import ravine.page.Curve;
import ravine.page.Grid;
import ravine.page.Page;
import ravine.terminal.Console;
import ravine.terminal.Table;

/** What {@code tune} has tried: as a table, a page with a picture, and lines of JSON. */
final class Trials {
  /** Rows of the table on a terminal; the page and the file have all. */
  private static final int SHOWN = 20;

  /** Lines of the picture with a colour and a name. */
  private static final int COLOURED = 6;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Halving.Found found;
  private final List<String> names;

  Trials(Halving.Found found) {
    this.found = found;
    this.names = List.copyOf(found.best().params().keySet());
  }

  /** The best ones. */
  void print(Console console) {
    Table table = new Table(heading().toArray(new String[0]));
    List<List<String>> rows = rows();
    rows.subList(0, Math.min(SHOWN, rows.size())).forEach(table::row);
    table.print(console.out());
    if (rows.size() > SHOWN) {
      console.out().println("and " + (rows.size() - SHOWN) + " more (--trials FILE has them)");
    }
  }

  /** A sentence without its point: which params, and how good. */
  String best() {
    Halving.Trial best = found.best();
    return String.format(
        Locale.ROOT, "%s, validation %s %s", text(best), found.metric(), number(best.metric()));
  }

  private List<String> heading() {
    List<String> heading = new ArrayList<>(List.of("rank"));
    heading.addAll(names);
    heading.addAll(List.of("rungs", "passes", "validation " + found.metric(), "verdict"));
    return heading;
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (Halving.Trial trial : found.trials()) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(rows.size() + 1)));
      names.forEach(name -> row.add(String.valueOf(trial.params().get(name))));
      row.add(Integer.toString(trial.rungs()));
      row.add(Integer.toString(trial.passes()));
      row.add(number(trial.metric()));
      row.add(trial.verdict());
      rows.add(row);
    }
    return rows;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String text(Halving.Trial trial) {
    List<String> parts = new ArrayList<>();
    trial.params().forEach((name, value) -> parts.add(name + "=" + value));
    return String.join(", ", parts);
  }

  /** A line a trial, the best first. Numbers that are not finite are null. */
  byte[] json() {
    StringBuilder lines = new StringBuilder();
    int rank = 0;
    for (Halving.Trial trial : found.trials()) {
      rank++;
      ObjectNode node = MAPPER.createObjectNode();
      node.put("rank", rank);
      node.put("trial", trial.number());
      ObjectNode params = node.putObject("params");
      for (Map.Entry<String, Object> param : trial.params().entrySet()) {
        params.putPOJO(param.getKey(), param.getValue());
      }
      node.put("rungs", trial.rungs());
      node.put("passes", trial.passes());
      node.put("metric", found.metric());
      finite(node, "validation", trial.metric());
      node.put("verdict", trial.verdict());
      node.put("stopReason", trial.result().stopReason().name());
      finite(node, "objective", trial.result().objective());
      ArrayNode passes = node.putArray("history");
      for (PassRecord pass : trial.result().passes()) {
        ObjectNode one = passes.addObject();
        one.put("pass", pass.pass());
        finite(one, "validation", pass.validationMetric());
        finite(one, "objective", pass.objective());
        finite(one, "seconds", pass.seconds());
      }
      lines.append(line(node)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void finite(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  private static String line(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A trial cannot be written as JSON", e);
    }
  }

  /**
   * A page.
   *
   * @param what task and data
   * @param search the space
   */
  byte[] page(String what, String search, long rows) {
    Grid table = new Grid("Every model that was tried, the best first", heading());
    rows().forEach(table::row);
    return new Page("Params searched: " + what)
        .subtitle(
            String.format(
                Locale.ROOT, "%,d rows · %d models · %s", rows, found.trials().size(), search))
        .verdict(
            Page.Tone.PLAIN,
            "Best: " + best(),
            List.of(
                found.isGrid()
                    ? "Every point of the space was tried."
                    : "The points that were tried are a sample of the space, drawn by the seed.",
                "The metric is the best that a model had on the validation rows up to where it was"
                    + " dropped or ended; of the model that was chosen by it, it flatters a little."))
        .section("How they fared")
        .figures(List.of(chart()))
        .table(table)
        .html()
        .getBytes(StandardCharsets.UTF_8);
  }

  private Chart chart() {
    List<double[]> xs = new ArrayList<>();
    List<double[]> ys = new ArrayList<>();
    double worst = worstStart();
    for (Halving.Trial trial : found.trials()) {
      List<PassRecord> passes =
          trial.result().passes().stream().filter(pass -> pass.pass() > 0).toList();
      xs.add(passes.stream().mapToDouble(PassRecord::pass).toArray());
      ys.add(
          passes.stream()
              .mapToDouble(PassRecord::validationMetric)
              .map(value -> isWorse(value, worst) ? Double.NaN : value)
              .toArray());
    }
    Chart chart =
        new Chart(
                "Validation " + found.metric() + " by passes",
                "The best at the end was " + text(found.best()) + ".",
                Axis.decades("passes over the data", xs),
                Axis.around("validation " + found.metric(), ys))
            .note("What is worse than where models began is left out.");
    int coloured = Math.min(COLOURED, xs.size());
    if (coloured < xs.size()) {
      chart.add(
          Curve.reference(
              "the others",
              joined(xs.subList(coloured, xs.size())),
              joined(ys.subList(coloured, ys.size()))));
    }
    for (int i = 0; i < coloured; i++) {
      chart.add(Curve.line((i + 1) + ": " + text(found.trials().get(i)), xs.get(i), ys.get(i)));
    }
    return chart;
  }

  /** Of several lines one, with a gap after each. */
  private static double[] joined(List<double[]> lines) {
    return lines.stream()
        .flatMapToDouble(
            line -> {
              double[] ended = Arrays.copyOf(line, line.length + 1);
              ended[line.length] = Double.NaN;
              return Arrays.stream(ended);
            })
        .toArray();
  }

  /** The worst of the finite metrics that models began with. */
  private double worstStart() {
    double worst = Double.NaN;
    for (Halving.Trial trial : found.trials()) {
      double start = trial.result().passes().get(0).validationMetric();
      if (Double.isFinite(start) && (Double.isNaN(worst) || isWorse(start, worst))) {
        worst = start;
      }
    }
    return worst;
  }

  private boolean isWorse(double value, double than) {
    return found.isLargerBetter() ? value < than : value > than;
  }
}
