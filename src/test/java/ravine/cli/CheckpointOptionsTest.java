package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointOptionsTest extends CommandLineTestBase {
  private String[] logistic(String data, String... options) {
    List<String> all = new ArrayList<>(List.of("--task", "logistic", "--overwrite"));
    all.addAll(List.of(options));
    return train(data, all.toArray(new String[0]));
  }

  private String refused(String... options) {
    String data = write("data.csv", classes(30, "0", "1"));
    return fails(2, logistic(data, options));
  }

  @Test
  void train_optionsWithoutDirectory_areRefused() {
    assertThat(refused("--resume"))
        .contains("--resume needs --checkpoint DIR: there is nowhere to keep checkpoints.");
    assertThat(refused("--checkpoint-interval", "10")).contains("--checkpoint-interval needs");
  }

  @Test
  void train_textsThatCannotBeRead_areRefusedBeforeTheData() {
    assertThat(refused("--checkpoint", path("c"), "--checkpoint-interval", "often"))
        .contains("checkpointInterval must be a number of steps such as 100");
    assertThat(refused("--checkpoint", path("c"), "--resume=perhaps"))
        .contains("resume")
        .contains("resume must be none, must or auto, but was perhaps");
  }

  @Test
  void train_resumeWithNothingThere_isRefused() {
    assertThat(refused("--checkpoint", path("c"), "--resume"))
        .contains("resume is must, but checkpointDir " + path("c") + " holds no whole checkpoint");
  }

  @Test
  void train_directoryOfAnEarlierRun_isRefusedAndLeftAlone() {
    String data = write("data.csv", classes(60, "0", "1"));
    succeeds(logistic(data, "--checkpoint", path("c")));
    assertThat(fails(2, logistic(data, "--checkpoint", path("c"))))
        .contains("holds checkpoints of an earlier run: set resume to must or auto");
    assertThat(fails(2, logistic(data, "--seed", "7", "--checkpoint", path("c"), "--resume")))
        .contains("are of another fit: seed was 42 and is 7");
    assertThat(succeeds(logistic(data, "--checkpoint", path("c"), "--resume"))).contains("stopped");
  }
}
