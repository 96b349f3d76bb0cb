package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.Estimator;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** What {@code --help} calls a default is the estimator's. */
class HelpTest {
  private static final Pattern DEFAULT = Pattern.compile("\\(default: ([^),;]+)");

  @Test
  void help_defaults_areThoseOfTheEstimators() {
    CommandLine command = new CommandLine(new TrainCommand());
    Map<String, String> params = new TreeMap<>();
    new LearningOptions().forEach((option, param, value) -> params.put(option, param));
    Estimator<?> logistic = new MiniBatchLogisticRegression();
    Estimator<?> linear = new MiniBatchLinearRegression();
    int compared = 0;
    for (OptionSpec option : command.getCommandSpec().options()) {
      String param = params.get(option.longestName());
      Estimator<?> estimator = logistic.hasParam(String.valueOf(param)) ? logistic : linear;
      if (param == null
          || option.arity().max() == 0
          || !estimator.isDefined(estimator.getParam(param))) {
        continue;
      }
      Matcher told = DEFAULT.matcher(String.join(" ", option.description()));
      assertThat(told.find()).as("default of " + option.longestName()).isTrue();
      Object actual = estimator.getOrDefault(estimator.getParam(param));
      String said = told.group(1).strip();
      if (actual instanceof Number number && said.matches("[0-9.e-]+")) {
        assertThat(Double.parseDouble(said)).as(param).isEqualTo(number.doubleValue());
        compared++;
      } else if (said.equals(actual) || said.equals("squared")) {
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(15);
  }
}
