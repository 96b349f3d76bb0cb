package ravine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ravine.input.DataLoader;
import ravine.input.SourceOptions;
import ravine.ml.certificate.ModelCertificate;
import ravine.terminal.Failure;
import ravine.terminal.RavineCommand;
import ravine.terminal.Sentences;
import ravine.terminal.SparkRun;

/** {@code verify}: how far a saved model can be from the optimum of the objective it claims. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Tells how far a saved model can be from the optimum of the objective it claims, whoever"
          + " trained it: give the rows it was trained on.",
      "The objective is that of the params saved with the model, unless an option says otherwise."
          + " Exit status 0 when it is within --tol of the optimum, 1 when not.",
      "Bounds on coefficients are those of the options, else those saved with the model or in its"
          + " card. A model with bounds and an L1 part keeps them in its card alone: train --card"
          + " saves one."
    })
final class VerifyCommand extends RavineCommand {
  private static final String BOUNDS_NEEDED =
      " If it was trained with bounds, it can only be verified with them: give"
          + " --lower-bounds-on-coefficients and whatever else it was trained with.";

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Model that train wrote, or any of Spark's with one linear model in it.")
  String model = "";

  @Mixin SourceOptions source = new SourceOptions();

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Label column, when it is not named as in training.")
  @Nullable String label;

  @Option(
      names = "--tol",
      paramLabel = "X",
      description = "What counts as the optimum, relative to the objective (default: 1e-5).")
  double tol = ModelCertificate.DEFAULT_TOL;

  @Option(names = "--reg-param", paramLabel = "λ", description = "Weight of the penalty.")
  @Nullable Double regParam;

  @Option(
      names = "--elastic-net",
      paramLabel = "α",
      description = "Share of L1 in the penalty, in [0, 1]; 0 is L2.")
  @Nullable Double elasticNet;

  @Option(names = "--no-intercept", description = "The model was fitted without intercept.")
  boolean noIntercept;

  @Option(
      names = "--no-standardization",
      description = "The coefficients of the raw features are penalised.")
  boolean noStandardization;

  @Option(names = "--weight-col", paramLabel = "COLUMN", description = "Column of row weights.")
  @Nullable String weight;

  @Option(names = "--loss", paramLabel = "LOSS", description = "linear: squared or huber.")
  @Nullable String loss;

  @Option(names = "--epsilon", paramLabel = "X", description = "Shape of the Huber loss, above 1.")
  @Nullable Double epsilon;

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description = "logistic: auto, binomial or multinomial.")
  @Nullable String family;

  @Mixin BoundsOptions bounds = new BoundsOptions();

  @Override
  protected void run() throws IOException {
    Failure.require(tol > 0.0 && tol < 1.0, "--tol", "above 0 and below 1", tol);
    try (SparkRun spark = SparkRun.start("verify", common.debug)) {
      SavedModel saved = SavedModel.load(spark.session(), model);
      Model<?> claim = claimed(spark.session(), saved);
      DataLoader loader = new DataLoader(spark.session(), source, console()::note);
      Dataset<Row> rows = loader.load(saved.features());
      Scoring data = loader.reading(() -> Scoring.toEvaluate(rows, saved, label, weight));
      data.notes().forEach(console()::note);
      ModelCertificate found = ModelCertificate.of(claim, saved.featured(data.rows()), claim, tol);
      boolean within = found.isWithin(tol);
      console().line("data", "%,d rows, %,d features", data.count(), saved.features());
      console()
          .line(
              "objective",
              "%.9g (%.6g without features), %d passes",
              found.objective(),
              found.nullObjective(),
              found.passes());
      console()
          .line(
              "bound",
              "%.3g above the optimum at most, %s",
              found.bound(),
              found.isProven() ? "proven" : "estimated");
      console().line("violation", "%.3g in the slope of %s", found.worstViolation(), found.worst());
      if (!within) {
        throw Failure.training(
            String.format(
                Locale.ROOT,
                "This model is not within %.2g of the optimum: %s%s",
                tol,
                found.sentence(),
                mayLackBounds(claim) ? BOUNDS_NEEDED : ""));
      }
      console().line("verdict", "within %.2g of the optimum: %s", tol, found.sentence());
    }
  }

  /** The model with the objective that the options say. */
  private Model<?> claimed(SparkSession session, SavedModel saved) throws IOException {
    Model<?> claim = (Model<?>) saved.learner().copy(ParamMap.empty());
    set(claim, "--reg-param", "regParam", regParam);
    set(claim, "--elastic-net", "elasticNetParam", elasticNet);
    set(claim, "--no-intercept", "fitIntercept", noIntercept ? false : null);
    set(claim, "--no-standardization", "standardization", noStandardization ? false : null);
    set(claim, "--weight-col", "weightCol", weight);
    set(claim, "--loss", "loss", "squared".equals(loss) ? "squaredError" : loss);
    set(claim, "--epsilon", "epsilon", epsilon);
    set(claim, "--family", "family", family);
    bounds.check(claim, "a " + claim.getClass().getSimpleName());
    bounds.set(claim, saved.coefficients().length, saved.features());
    if (mayLackBounds(claim)) {
      Optional<JsonNode> card = ModelCard.read(session, model);
      if (card.isPresent()
          && ModelCard.isOf(card.get(), saved)
          && BoundsOptions.setFromCard(claim, card.get())) {
        console().note("The bounds are those that the model's card tells.");
      }
    }
    return claim;
  }

  /** Whether it is of a kind that may have been trained with bounds, and none are known. */
  private static boolean mayLackBounds(Model<?> claim) {
    boolean known = false;
    boolean possible = false;
    for (String param : BoundsOptions.options().keySet()) {
      possible |= claim.hasParam(param);
      known |= claim.hasParam(param) && claim.isDefined(claim.getParam(param));
    }
    return possible && !known;
  }

  private static void set(Model<?> claim, String option, String name, @Nullable Object value) {
    if (value == null) {
      return;
    }
    if (!claim.hasParam(name)) {
      throw Failure.usage(
          option + " does not apply to a " + claim.getClass().getSimpleName() + ".");
    }
    Param<Object> param = claim.getParam(name);
    try {
      claim.set(param, value);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(option + ": " + Sentences.of(e)).because(e);
    }
  }
}
