package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Options that are no options, or have no such value: one sentence before anything is read. */
class BadOptionsTest extends CommandLineTestBase {

  @AfterEach
  void noModel() {
    assertThat(Files.exists(Path.of(model()))).isFalse();
  }

  @Test
  void train_unknownOptimizer_isRefusedBeforeReading() {
    assertThat(fails(2, train("nowhere.csv", "--task", "logistic", "--optimizer", "adm")))
        .contains("adm", "adam");
  }

  @Test
  void train_unknownStorage_isRefusedBeforeReading() {
    assertThat(fails(2, train("nowhere.csv", "--task", "logistic", "--storage", "half")))
        .contains("storage must be double or float, but was half");
  }

  @Test
  void train_levelWithoutDisk_isRefusedBeforeReading() {
    assertThat(
            fails(2, train("nowhere.csv", "--task", "logistic", "--storage-level", "MEMORY_ONLY")))
        .contains("storageLevel must be auto, MEMORY_AND_DISK,", "but was MEMORY_ONLY");
  }

  @Test
  void train_floatStorage_refusesWhatFloatCannotHold() {
    String data = write("data.csv", "label,a\n0,1\n1,2\n0,3\n1,1e39\n");
    assertThat(fails(2, train(data, "--task", "logistic", "--storage", "float")))
        .contains("1.0E39", "storage=float");
  }

  @Test
  void train_optimizerValueOutOfRange_isRefusedBeforeReading() {
    assertThat(fails(2, train("nowhere.csv", "--task", "logistic", "--optimizer", "adam(beta1=1)")))
        .contains("beta1");
  }

  /** An hour of training is not to end in a place that nothing can be written to. */
  @Test
  void train_placeBelowAFile_isRefusedBeforeReading() {
    String file = write("file", "x");
    String below = file + "/out/m";
    assertThat(fails(2, "train", "--data", "nowhere.csv", "--task", "svm", "--model", below))
        .contains("--model " + below + " cannot be written");
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--metrics", below)))
        .contains("--metrics " + below + " cannot be written");
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--report", below + ".html")))
        .contains("--report " + below + ".html cannot be written");
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--metrics", path("."))))
        .contains("is a directory; name a file");
  }

  @Test
  void train_patienceWithoutValidation_isRefusedBeforeReading() {
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--patience", "3")))
        .contains(
            "--patience does nothing without validation rows; add --validation-fraction or"
                + " --validation-col.");
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--validation-tol", "0.1")))
        .contains("--validation-tol does nothing without validation rows");
  }

  @Test
  void train_noPasses_isRefusedBeforeReading() {
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--max-iter", "0")))
        .contains("--max-iter must be 1 or more, but was 0");
  }

  @Test
  void train_unknownForm_isRefusedBeforeReading() {
    assertThat(
            fails(
                2, train("nowhere.csv", "--task", "linear", "--optimizer", "momentum(form=emma)")))
        .contains("emma", "ema");
  }

  @Test
  void train_unknownOption_namesTheNearest() {
    assertThat(fails(2, "train", "--data", "x", "--task", "svm", "--optimiser", "adam"))
        .contains("Unknown option --optimiser", "did you mean --optimizer");
  }

  @Test
  void train_unknownTask_listsTasks() {
    assertThat(fails(2, "train", "--data", "x", "--task", "ridge"))
        .contains("ridge", "logistic", "linear", "svm");
  }

  @Test
  void train_noTask_saysMissing() {
    assertThat(fails(2, "train", "--data", "x")).contains("Missing --task");
  }

  @Test
  void train_noData_saysMissing() {
    assertThat(fails(2, "train", "--task", "linear")).contains("--data");
  }

  @Test
  void train_valueOfWrongType_isRefused() {
    assertThat(fails(2, "train", "--data", "x", "--task", "svm", "--max-iter", "many"))
        .contains("--max-iter", "many");
  }

  @Test
  void run_unknownCommand_namesTheNearest() {
    assertThat(fails(2, "trian")).contains("Unknown command trian", "did you mean train");
    assertThat(fails(2)).contains("Name a command");
  }

  @Test
  void train_negativeRegParam_isRefused() {
    assertThat(fails(2, train("nowhere.csv", "--task", "linear", "--reg-param", "-1")))
        .contains("--reg-param must be 0 or more, but was -1.0");
  }

  @Test
  void train_lossOfAnotherTask_isRefused() {
    assertThat(fails(2, train("nowhere.csv", "--task", "svm", "--loss", "huber")))
        .contains("--loss does not apply");
    assertThat(fails(2, train("nowhere.csv", "--task", "linear", "--loss", "absolute")))
        .contains("--loss", "absolute");
  }
}
