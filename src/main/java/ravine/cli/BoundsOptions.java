package ravine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.linalg.Matrices;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ravine.terminal.Failure;

/**
 * Bounds on coefficients and intercepts, Spark's four params, as lists of numbers: one for all, one
 * for each feature, or one for each feature of each class in turn.
 */
final class BoundsOptions {
  /** What stands for infinity: Spark cannot read an infinite number back that it has saved. */
  private static final double NONE = 1e30;

  private static final String COEFFICIENTS =
      "logistic: one number for all coefficients, or one for each feature (of several classes, or"
          + " one for each feature of each class in turn), separated by commas; ";

  private static final String INTERCEPTS =
      "logistic: one number for all intercepts, or one for each class, separated by commas; ";

  @Option(
      names = "--lower-bounds-on-coefficients",
      paramLabel = "X[,X…]",
      description = COEFFICIENTS + "-inf for none (default: none).")
  @Nullable String lowerCoefficients;

  @Option(
      names = "--upper-bounds-on-coefficients",
      paramLabel = "X[,X…]",
      description = COEFFICIENTS + "inf for none (default: none).")
  @Nullable String upperCoefficients;

  @Option(
      names = "--lower-bounds-on-intercepts",
      paramLabel = "X[,X…]",
      description = INTERCEPTS + "-inf for none (default: none).")
  @Nullable String lowerIntercepts;

  @Option(
      names = "--upper-bounds-on-intercepts",
      paramLabel = "X[,X…]",
      description = INTERCEPTS + "inf for none (default: none).")
  @Nullable String upperIntercepts;

  /** Option by param. */
  static Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("lowerBoundsOnCoefficients", "--lower-bounds-on-coefficients");
    options.put("upperBoundsOnCoefficients", "--upper-bounds-on-coefficients");
    options.put("lowerBoundsOnIntercepts", "--lower-bounds-on-intercepts");
    options.put("upperBoundsOnIntercepts", "--upper-bounds-on-intercepts");
    return options;
  }

  /** What is given, by param. */
  private Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    String[] texts = {lowerCoefficients, upperCoefficients, lowerIntercepts, upperIntercepts};
    int next = 0;
    for (String param : options().keySet()) {
      String text = texts[next++];
      if (text != null) {
        given.put(param, text);
      }
    }
    return given;
  }

  /** Whether one is given. */
  boolean areGiven() {
    return !given().isEmpty();
  }

  /** Refuses what is no list of numbers, and what such an estimator or model has no params for. */
  void check(Params holder, String named) {
    given()
        .forEach(
            (param, text) -> {
              String option = String.valueOf(options().get(param));
              if (!holder.hasParam(param)) {
                throw Failure.usage(
                    option
                        + " does not apply to "
                        + named
                        + ": bounds are of logistic regression.");
              }
              numbers(option, text);
            });
  }

  /**
   * Sets what is given.
   *
   * @param outputs rows of the matrix of coefficients
   * @param features its columns
   */
  void set(Params holder, int outputs, int features) {
    given()
        .forEach(
            (param, text) -> {
              String option = String.valueOf(options().get(param));
              double[] numbers = numbers(option, text);
              boolean ofCoefficients = param.endsWith("Coefficients");
              set(
                  holder,
                  param,
                  ofCoefficients
                      ? spread(option, numbers, outputs, features)
                      : spread(option, numbers, outputs, 1),
                  outputs);
            });
  }

  /**
   * Sets what a model card tells, if it tells of bounds: arrays of one row for each output, or of
   * one number for each.
   *
   * @return whether it does
   */
  static boolean setFromCard(Params holder, JsonNode card) {
    boolean any = false;
    for (String param : options().keySet()) {
      JsonNode told = card.path("options").path(param);
      if (told.isArray() && !told.isEmpty() && holder.hasParam(param)) {
        int outputs = told.size();
        int width = told.get(0).isArray() ? told.get(0).size() : 1;
        double[] numbers = new double[outputs * width];
        for (int at = 0; at < numbers.length; at++) {
          JsonNode row = told.get(at / width);
          numbers[at] = (row.isArray() ? row.get(at % width) : row).asDouble(Double.NaN);
        }
        set(holder, param, numbers, outputs);
        any = true;
      }
    }
    return any;
  }

  /** Sets a param to numbers that lie row after row. */
  private static void set(Params holder, String name, double[] byRow, int outputs) {
    Param<Object> param = holder.getParam(name);
    if (name.endsWith("Intercepts")) {
      holder.set(param, Vectors.dense(byRow));
      return;
    }
    int width = byRow.length / outputs;
    double[] byColumn = new double[byRow.length];
    for (int at = 0; at < byRow.length; at++) {
      byColumn[at % width * outputs + at / width] = byRow[at];
    }
    holder.set(param, Matrices.dense(outputs, width, byColumn));
  }

  /** One for all, one for each column, or all: row after row. */
  private static double[] spread(String option, double[] numbers, int outputs, int width) {
    int all = outputs * width;
    if (numbers.length != 1 && numbers.length != width && numbers.length != all) {
      String each =
          width == 1
              ? outputs + " (one for each class)"
              : width
                  + " (one for each feature)"
                  + (outputs == 1 ? "" : " or " + all + " (for each of " + outputs + " classes)");
      boolean single = width == 1 && outputs == 1;
      throw Failure.usage(
          option
              + " must be 1 number"
              + (single ? "" : ", or " + each)
              + ", but was "
              + numbers.length
              + ".");
    }
    double[] spread = new double[all];
    Arrays.setAll(
        spread, at -> numbers[numbers.length == width ? at % width : at % numbers.length]);
    return spread;
  }

  private static double[] numbers(String option, String text) {
    String[] parts = text.split(",", -1);
    double[] numbers = new double[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = number(option, parts[i].strip());
    }
    return numbers;
  }

  private static double number(String option, String text) {
    if (text.equals("-inf") || text.equals("inf")) {
      return text.equals("inf") ? NONE : -NONE;
    }
    try {
      double value = Double.parseDouble(text);
      if (Double.isNaN(value)) {
        throw new NumberFormatException("NaN");
      }
      return Math.max(-NONE, Math.min(NONE, value));
    } catch (NumberFormatException e) {
      throw Failure.usage(
              option
                  + " must be numbers separated by commas, -inf or inf for none, but one was '"
                  + text
                  + "'.")
          .because(e);
    }
  }
}
