package ravine.validation;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Huber;
import ravine.loss.LabelKind;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.loss.Squared;

/**
 * By what the weights of the best pass are chosen, and when training stops early. Each is a
 * weighted sum over the validation rows, added up in the job (or the question) of their loss.
 */
public enum ValidationMetric {
  /** Mean loss, without penalty: what training minimises. */
  LOSS("loss", 0),
  /** Mean negative log-likelihood: the loss of logistic regression. */
  LOG_LOSS("logLoss", 1),
  /** Area under the receiver operating characteristic, for two classes: see {@link ScoreCurve}. */
  AREA_UNDER_ROC("areaUnderROC", 2),
  /** Area under the curve of precision over recall, for two classes: see {@link ScoreCurve}. */
  AREA_UNDER_PR("areaUnderPR", 3),
  /** Root of the mean squared error of predicted numbers, in units of the label. */
  RMSE("rmse", 4);

  private static final ValidationMetric[] ALL = values();

  private final String text;
  private final int code;

  ValidationMetric(String text, int code) {
    this.text = text;
    this.code = code;
  }

  /** The number that stands for it in messages. */
  public int code() {
    return code;
  }

  /**
   * The metric of that name, capitals or not.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ValidationMetric of(String name) {
    for (ValidationMetric metric : ALL) {
      if (metric.text.equalsIgnoreCase(name)) {
        return metric;
      }
    }
    throw new IllegalArgumentException(
        "validationMetric must be "
            + Arrays.stream(ALL).map(ValidationMetric::toString).collect(Collectors.joining(", "))
            + ", but was "
            + name);
  }

  /** The metric of that {@link #code}. */
  public static ValidationMetric at(int code) {
    return ALL[code];
  }

  /**
   * Refuses a loss whose predictions this does not measure.
   *
   * @throws IllegalArgumentException if it does not fit
   */
  public void requireFits(Loss loss) {
    boolean fits =
        switch (this) {
          case LOSS -> true;
          case LOG_LOSS -> loss instanceof Logistic || loss instanceof Softmax;
          case AREA_UNDER_ROC, AREA_UNDER_PR ->
              loss.labels() == LabelKind.CLASS_INDEX && loss.classes() == 2;
          case RMSE ->
              loss instanceof Squared || loss instanceof Huber || loss instanceof ConcomitantHuber;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "validationMetric="
              + this
              + switch (this) {
                case LOG_LOSS -> " needs probabilities, which only logistic regression has";
                case RMSE -> " is for numbers, and these labels are classes";
                default ->
                    loss.classes() == 0
                        ? " is for two classes, and these labels are numbers"
                        : " is for two classes, but there are " + loss.classes();
              });
    }
  }

  /** Whether it is the mean loss, which needs no sums of its own. */
  public boolean isLoss() {
    return this == LOSS || this == LOG_LOSS;
  }

  /** Numbers that it is made of, besides loss and weight. */
  public int numbers() {
    return switch (this) {
      case LOSS, LOG_LOSS -> 0;
      case AREA_UNDER_ROC, AREA_UNDER_PR -> 2 * ScoreCurve.BINS;
      case RMSE -> 1;
    };
  }

  /**
   * Adds some rows.
   *
   * @param rows how many
   * @param margins of them, {@code outputs} a row
   * @param weights null where each is 1
   * @param sum {@link #numbers} numbers
   */
  public void add(
      int rows,
      double[] margins,
      int outputs,
      double[] labels,
      double @Nullable [] weights,
      double[] sum) {
    for (int i = 0; i < rows; i++) {
      double weight = weights == null ? 1.0 : weights[i];
      double margin = margins[i * outputs];
      if (this == RMSE) {
        double error = margin - labels[i];
        sum[0] += weight * error * error;
      } else if (!isLoss()) {
        double score = outputs == 2 ? margins[2 * i + 1] - margin : margin;
        sum[ScoreCurve.bin(score) + (labels[i] > 0.5 ? ScoreCurve.BINS : 0)] += weight;
      }
    }
  }

  /**
   * The metric of what was added; not of those that are the loss.
   *
   * @param weight of all rows
   */
  public double value(double[] sum, double weight) {
    return switch (this) {
      case LOSS, LOG_LOSS -> throw new IllegalStateException(this + " has no sums of its own");
      case AREA_UNDER_ROC -> ScoreCurve.areaUnderRoc(sum);
      case AREA_UNDER_PR -> ScoreCurve.areaUnderPr(sum);
      case RMSE -> Math.sqrt(sum[0] / weight);
    };
  }

  /** Whether more is better. */
  public boolean isLargerBetter() {
    return this == AREA_UNDER_ROC || this == AREA_UNDER_PR;
  }

  /** A score of which less is better, for what the rows said: of areas, what is missing to 1. */
  public double score(Held held) {
    return this == LOSS || this == LOG_LOSS
        ? held.loss()
        : isLargerBetter() ? 1.0 - held.metric() : held.metric();
  }

  /** The name, as params and options have it. */
  @Override
  public String toString() {
    return text;
  }
}
