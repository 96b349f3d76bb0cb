package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import ravine.curvature.Certificate;

/**
 * Whether fits with defaults arrive, and whether they know: sets × penalties × standardisation,
 * ours and stock Spark's, each against a trusted {@link Optimum} made on the driver from all rows.
 *
 * <p>The gap of a fit is its objective above the optimum, over the larger of the optimum and {@link
 * Certificate#FLOOR} times the null model's objective (the optimum of separable classes is 0). A
 * fit <em>claims falsely</em> if it says CONVERGED, or stops before {@code maxIter} where it is
 * stock's, with a gap above {@code tol}. The optimum is the lowest value ever seen, the fits' own
 * included.
 */
final class Truth {
  /** What counts as arrived, and as arrived for a rule. */
  static final double ARRIVED = 1e-5;

  static final double RULE_ARRIVED = 1e-3;

  private static final List<String> RULES =
      List.of(
          "adagrad",
          "adadelta",
          "rmsprop",
          "adam",
          "adamw(weightDecay=0)",
          "amsgrad",
          "adamax",
          "nadam");

  private static final List<String> QUICK_RULES = List.of("adam");

  /** More than this the Hessian of all rows would take minutes. */
  private static final int MOST_WEIGHTS = 1_000;

  private static final int MOST_NUMBERS = 50_000_000;

  private final Session run;
  private final TruthCounts table = new TruthCounts(ARRIVED);
  private final TruthCounts rules = new TruthCounts(RULE_ARRIVED);

  Truth(Session run) {
    this.run = run;
  }

  /** Measures and prints. */
  void run(List<TruthSet> sets, ArrayNode json) {
    for (TruthSet set : sets) {
      Dataset<Row> frame = set.frame().cache();
      try {
        measure(set, frame, json);
      } finally {
        frame.unpersist(true);
      }
    }
    run.print(
        "Fits with defaults against the trusted optimum (a claim is false above tol; passes and"
            + " seconds in all):",
        table.table());
    run.print(
        "Adaptive rules at stepSize=0, within "
            + RULE_ARRIVED
            + " of the optimum after at most 100 passes:",
        rules.table());
    run.console().line("optimum", "known to %.0e of itself or better", table.uncertainty());
  }

  private void measure(TruthSet set, Dataset<Row> frame, ArrayNode json) {
    DriverRows rows = DriverRows.of(frame);
    if (rows.features() * Math.max(1, rows.classes() > 2 ? rows.classes() : 1) > MOST_WEIGHTS
        && set.kinds().contains(TruthProblem.Kind.MULTINOMIAL)) {
      run.console().note(set.name() + " has too many weights for a trusted optimum: left out");
      return;
    }
    if (rows.features() > MOST_WEIGHTS || rows.values().length > MOST_NUMBERS) {
      run.console().note(set.name() + " is too large for a trusted optimum: left out");
      return;
    }
    for (TruthProblem.Kind kind : set.kinds()) {
      run.measuring(set.name() + ", " + kind);
      List<TruthProblem> few = TruthProblem.few(kind);
      for (TruthProblem problem : run.quick() ? few : TruthProblem.grid(kind)) {
        Map<String, TruthFit> fits = new LinkedHashMap<>();
        fits.put("ours", TruthFit.ours(problem, frame, null));
        fits.put("stock", TruthFit.stock(problem, frame, "l-bfgs"));
        if (TruthFit.hasSolvers(problem)) {
          fits.put("stock, auto", TruthFit.stock(problem, frame, "auto"));
        }
        Map<String, TruthFit> byRule = new LinkedHashMap<>();
        if (few.contains(problem)) {
          for (String rule : run.quick() ? QUICK_RULES : RULES) {
            byRule.put(rule, TruthFit.ours(problem, frame, rule));
          }
        }
        judge(set.name(), rows, problem, fits, byRule, json);
      }
    }
  }

  private void judge(
      String set,
      DriverRows rows,
      TruthProblem problem,
      Map<String, TruthFit> fits,
      Map<String, TruthFit> byRule,
      ArrayNode json) {
    TruthFit stock = Objects.requireNonNull(fits.get("stock"));
    DriverObjective objective = new DriverObjective(rows, problem);
    Map<String, Double> values = new LinkedHashMap<>();
    List<double[]> starts = new ArrayList<>();
    Map<String, TruthFit> all = new LinkedHashMap<>(fits);
    all.putAll(byRule);
    for (Map.Entry<String, TruthFit> entry : all.entrySet()) {
      TruthFit fit = entry.getValue();
      double[] theta = objective.fromModel(fit.coefficients(), fit.intercepts(), fit.scale());
      starts.add(theta);
      values.put(entry.getKey(), objective.value(theta));
    }
    Optimum optimum = Optimum.of(objective, starts);
    double nothing = objective.value(objective.nothing());
    double unit = Math.max(optimum.objective(), Certificate.FLOOR * nothing);
    double uncertainty = optimum.uncertainty() / unit;
    table.known(uncertainty);
    ObjectNode node = json.addObject();
    node.put("data", set);
    node.put("problem", problem.toString());
    node.put("optimum", optimum.objective());
    node.put("uncertainty", uncertainty);
    node.put("uncertaintyIsProven", optimum.isProven());
    ObjectNode results = node.putObject("fits");
    all.forEach(
        (name, fit) -> {
          double gap = (values.getOrDefault(name, Double.NaN) - optimum.objective()) / unit;
          boolean isRule = byRule.containsKey(name);
          (isRule ? rules : table).add(isRule ? "all" : set, name, fit, gap, stock);
          ObjectNode result = results.putObject(name);
          Spread.put(result, "gap", gap);
          result.put("reason", fit.reason());
          Spread.put(result, "passes", fit.passes());
          result.put("seconds", fit.seconds());
          if (!isRule && (gap > ARRIVED || (fit.claims() && gap > TruthFit.TOL))) {
            run.console()
                .note(
                    String.format(
                        java.util.Locale.ROOT,
                        "%s, %s: %s ended at a gap of %.1e after %.0f passes, %s",
                        set,
                        problem,
                        name,
                        gap,
                        fit.passes(),
                        fit.reason()));
          }
        });
  }
}
