package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.mllib.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.rule.Adam;
import ravine.rule.Momentum;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;

/** What an updater of stock MLlib has learned, given to another one through a file. */
class SavedStateTest {
  @TempDir private Path folder;

  static List<UpdateRule> everyRule() {
    return RddFixtures.everyRule();
  }

  private static RuleUpdater updater(UpdateRule rule) {
    return new RuleUpdater(rule).setSchedule(new Constant(0.1)).setCarryState(true);
  }

  private static double[] fit(RuleUpdater updater, double[] weights, int steps, int seed) {
    double[] now = weights;
    updater.compute(Vectors.dense(now), Vectors.zeros(now.length), 0.0, 1, 0.0);
    for (int step = 1; step <= steps; step++) {
      double[] gradient = {Math.sin(seed + step), 0.3 * step, -1.0 / step};
      now =
          updater
              .compute(Vectors.dense(now), Vectors.dense(gradient), 0.1, step, 0.0)
              ._1()
              .toArray();
    }
    return now;
  }

  @ParameterizedTest
  @MethodSource("everyRule")
  void loadState_ofTheSameRule_goesOnToTheBit(UpdateRule rule) throws IOException {
    String file = folder.resolve("state").toUri().toString();
    RuleUpdater undisturbed = updater(rule);
    double[] half = fit(undisturbed, new double[3], 4, 1);
    undisturbed.saveState(file);
    double[] whole = fit(undisturbed, half, 3, 2);

    RuleUpdater other = updater(rule).loadState(file);
    assertThat(other.steps()).isEqualTo(4);
    assertThat(fit(other, half, 3, 2)).isEqualTo(whole);
  }

  @Test
  void loadState_ofAnotherRule_isRefused() throws IOException {
    String file = folder.resolve("state").toString();
    RuleUpdater adam = updater(new Adam());
    fit(adam, new double[3], 2, 1);
    adam.saveState(file);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> updater(new Momentum()).loadState(file))
        .withMessageStartingWith(file + " holds the state of adam(")
        .withMessageContaining("but this updater's rule is momentum(");
  }

  @Test
  void loadState_tornFile_isRefused() throws IOException {
    Path file = folder.resolve("state");
    RuleUpdater adam = updater(new Adam());
    fit(adam, new double[3], 2, 1);
    adam.saveState(file.toString());
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> updater(new Adam()).loadState(file.toString()))
        .withMessageStartingWith(file + " is no whole state of an updater: truncated");
  }

  @Test
  void saveState_nothingLearned_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> updater(new Adam()).saveState(folder.resolve("none").toString()))
        .withMessage("there is no state to save: this updater has not taken part in a fit");
  }
}
