package ravine.mllib;

import java.io.IOException;
import org.apache.spark.deploy.SparkHadoopUtil;
import ravine.checkpoint.CheckpointException;
import ravine.checkpoint.Sections;
import ravine.resume.CheckpointStore;
import ravine.rule.RuleState;
import ravine.rule.UpdateRule;

/** What an updater has learned, as a file: a checkpoint of weights, rule and rule state. */
final class SavedState {
  private SavedState() {}

  static void write(String path, UpdateRule rule, CarriedState learned) throws IOException {
    RuleState state = learned.rule();
    if (state == null) {
      throw new IllegalStateException(
          "there is no state to save: this updater has not taken part in a fit");
    }
    Sections to = new Sections();
    to.putNumbers("weights", learned.weights());
    to.putText("rule", rule.toString());
    to.putIntegers("rule.step", state.step());
    double[][] slots = state.slots();
    to.putIntegers("rule.slots", slots.length);
    for (int k = 0; k < slots.length; k++) {
      to.putNumbers("rule.slot." + k, slots[k]);
    }
    CheckpointStore.writeFile(path, SparkHadoopUtil.get().conf(), to);
  }

  static void read(String path, UpdateRule rule, CarriedState learned) throws IOException {
    try {
      Sections from = CheckpointStore.readFile(path, SparkHadoopUtil.get().conf());
      String saved = from.text("rule");
      if (!saved.equals(rule.toString())) {
        throw new IllegalArgumentException(
            path + " holds the state of " + saved + ", but this updater's rule is " + rule);
      }
      double[] weights = from.numbers("weights");
      double[][] fresh = rule.newState(weights.length).slots();
      from.integers("rule.slots", 1);
      double[][] slots = new double[fresh.length][];
      for (int k = 0; k < slots.length; k++) {
        slots[k] = from.numbers("rule.slot." + k, fresh[k].length);
      }
      learned.carry(true);
      learned.set(weights, new RuleState(from.integer("rule.step"), slots));
    } catch (CheckpointException torn) {
      throw new IllegalArgumentException(
          path + " is no whole state of an updater: " + torn.getMessage(), torn);
    }
  }
}
