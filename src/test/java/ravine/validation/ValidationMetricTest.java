package ravine.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import ravine.loss.Hinge;
import ravine.loss.Logistic;
import ravine.loss.Softmax;
import ravine.loss.Squared;

class ValidationMetricTest {
  @Test
  void of_unknown_namesAll() {
    assertThatThrownBy(() -> ValidationMetric.of("auc"))
        .hasMessage(
            "validationMetric must be loss, logLoss, areaUnderROC, areaUnderPR, rmse, but was auc");
    assertThat(ValidationMetric.of("areaunderroc")).isEqualTo(ValidationMetric.AREA_UNDER_ROC);
  }

  @Test
  void at_everyCode_isItsMetric() {
    for (ValidationMetric metric : ValidationMetric.values()) {
      assertThat(ValidationMetric.at(metric.code())).isEqualTo(metric);
    }
  }

  @Test
  void requireFits_anotherLoss_isRefused() {
    ValidationMetric.AREA_UNDER_ROC.requireFits(new Logistic());
    ValidationMetric.AREA_UNDER_PR.requireFits(new Hinge());
    ValidationMetric.AREA_UNDER_ROC.requireFits(new Softmax(2));
    ValidationMetric.LOG_LOSS.requireFits(new Softmax(3));
    ValidationMetric.RMSE.requireFits(new Squared());
    assertThatThrownBy(() -> ValidationMetric.AREA_UNDER_ROC.requireFits(new Softmax(3)))
        .hasMessage("validationMetric=areaUnderROC is for two classes, but there are 3");
    assertThatThrownBy(() -> ValidationMetric.AREA_UNDER_ROC.requireFits(new Squared()))
        .hasMessage(
            "validationMetric=areaUnderROC is for two classes, and these labels are numbers");
    assertThatThrownBy(() -> ValidationMetric.LOG_LOSS.requireFits(new Hinge()))
        .hasMessage(
            "validationMetric=logLoss needs probabilities, which only logistic regression has");
    assertThatThrownBy(() -> ValidationMetric.RMSE.requireFits(new Logistic()))
        .hasMessage("validationMetric=rmse is for numbers, and these labels are classes");
  }

  @Test
  void rmse_weighted_isTheRootOfTheMean() {
    double[] sum = new double[1];
    double[] weights = {1.0, 3.0};
    ValidationMetric.RMSE.add(2, new double[] {1, 4}, 1, new double[] {3, 4.5}, weights, sum);
    assertThat(ValidationMetric.RMSE.value(sum, 4.0)).isEqualTo(Math.sqrt((4.0 + 0.75) / 4.0));
  }

  @Test
  void area_ofTwoOutputs_isThatOfTheirDifference() {
    double[] sum = new double[ValidationMetric.AREA_UNDER_ROC.numbers()];
    double[] margins = {5, 4, 1, 2};
    ValidationMetric.AREA_UNDER_ROC.add(2, margins, 2, new double[] {0, 1}, null, sum);
    assertThat(ValidationMetric.AREA_UNDER_ROC.value(sum, 2.0)).isEqualTo(1.0);
  }

  @Test
  void score_lessIsBetter() {
    assertThat(ValidationMetric.AREA_UNDER_PR.score(new Held(9.0, 0.75))).isEqualTo(0.25);
    assertThat(ValidationMetric.RMSE.score(new Held(9.0, 2.0))).isEqualTo(2.0);
    assertThat(ValidationMetric.LOSS.score(new Held(9.0, 18.0))).isEqualTo(9.0);
  }
}
