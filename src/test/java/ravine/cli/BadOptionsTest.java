package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that are no options, or have no such value: one sentence before anything is read. */
class BadOptionsTest extends CommandLineTestBase {

  @AfterEach
  void noModel() {
    assertThat(Files.exists(Path.of(model()))).isFalse();
  }

  /** The dots stand for what the sentence says between. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "logistic | --optimizer adm | adm … adam",
        "logistic | --optimizer adam(beta1=1) | beta1",
        "linear | --optimizer momentum(form=emma) | ema … emma",
        "logistic | --storage half | storage must be double or float, but was half",
        "logistic | --storage-level MEMORY_ONLY"
            + " | storageLevel must be auto, MEMORY_AND_DISK, … but was MEMORY_ONLY",
        "svm | --patience 3"
            + " | --patience does nothing without validation rows; add --validation-fraction or"
            + " --validation-col.",
        "svm | --validation-tol 0.1 | --validation-tol does nothing without validation rows",
        "svm | --max-iter 0 | --max-iter must be 1 or more, but was 0",
        "svm | --max-iter many | --max-iter … many",
        "linear | --reg-param -1 | --reg-param must be 0 or more, but was -1.0",
        "svm | --loss huber | --loss does not apply",
        "linear | --loss absolute | --loss … absolute",
      })
  void train_badValue_isRefusedBeforeReading(String task, String option, String sentence) {
    String[] sides = option.split(" ", 2);
    assertThat(fails(2, train("nowhere.csv", "--task", task, sides[0], sides[1])))
        .containsSubsequence(sentence.split(" … ", -1));
  }

  @Test
  void train_floatStorage_refusesWhatFloatCannotHold() {
    String data = write("data.csv", "label,a\n0,1\n1,2\n0,3\n1,1e39\n");
    assertThat(fails(2, train(data, "--task", "logistic", "--storage", "float")))
        .contains("1.0E39", "storage=float");
  }

  /** An hour of training is not to end in a place that nothing can be written to. */
  @Test
  void train_placeBelowAFile_isRefusedBeforeReading() {
    String below = write("file", "x") + "/out/m";
    assertThat(fails(2, "train", "--data", "nowhere.csv", "--task", "svm", "--model", below))
        .contains("--model " + below + " cannot be written");
    refusesPlace("--metrics", below, "--metrics " + below + " cannot be written");
    refusesPlace("--report", below + ".html", "--report " + below + ".html cannot be written");
    refusesPlace("--metrics", path("."), "is a directory; name a file");
  }

  private void refusesPlace(String option, String place, String sentence) {
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", option, place))).contains(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --data x --task svm --optimiser adam"
            + " | Unknown option --optimiser … did you mean --optimizer",
        "train --data x --task ridge | must be logistic, linear or svm, but was ridge",
        "train --data x | Missing --task",
        "train --task linear | --data",
        "trian | Unknown command trian … did you mean train",
        "'' | Name a command",
      })
  void run_badWords_namesThem(String words, String sentence) {
    String[] arguments = words.isEmpty() ? new String[0] : words.split(" ", -1);
    assertThat(fails(2, arguments)).containsSubsequence(sentence.split(" … ", -1));
  }
}
