package ravine.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.engine.PassRecord;
import ravine.engine.TrainingResult;

/**
 * One training of a report.
 *
 * @param name stands in the legend
 * @param passes its history
 * @param result what else it gave; null where only the history is known
 */
record Series(String name, List<PassRecord> passes, @Nullable TrainingResult result) {
  Series {
    passes = List.copyOf(passes);
  }

  double[] passNumbers() {
    return passes.stream().mapToDouble(PassRecord::pass).toArray();
  }

  double[] seconds() {
    return passes.stream().mapToDouble(PassRecord::seconds).toArray();
  }

  double[] objectives() {
    return passes.stream().mapToDouble(PassRecord::objective).toArray();
  }

  double[] validationLosses() {
    return passes.stream().mapToDouble(PassRecord::validationLoss).toArray();
  }

  /** What the optimum cannot be below, as far as the records know. */
  double lowerBound(boolean proven) {
    return passes.stream()
        .filter(pass -> pass.gapIsProven() == proven && Double.isFinite(pass.gapBound()))
        .mapToDouble(pass -> pass.objective() - pass.gapBound())
        .max()
        .orElse(Double.NaN);
  }
}
