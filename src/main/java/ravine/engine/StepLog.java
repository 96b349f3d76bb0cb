package ravine.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.checkpoint.Sections;

/**
 * Records of steps in bounded memory: of {@value #MOST} steps all; of more every second, of twice
 * as many every fourth, and so on, the first always among them, with the one of least loss and the
 * last. Which are kept depends on how many steps there were and on nothing else, so that a run that
 * was interrupted holds what an undisturbed one does.
 */
final class StepLog {
  /** Most records kept, besides two; some 80 bytes each. */
  static final int MOST = 10_000;

  private static final String KEPT = "history.steps";
  private static final String ENDS = "history.ends";
  private static final String MORE = "history.steps.more";
  private static final String ENDS_MORE = "history.ends.more";
  private static final String MADE = "history.made";

  /** Every {@link #stride}th from the first. */
  private final List<StepRecord> kept = new ArrayList<>();

  /** A power of two. */
  private long stride = 1;

  private long made;

  /** Of least loss, the first of equals. */
  private @Nullable StepRecord least;

  /** How many steps there were before {@link #least}. */
  private long leastAt;

  private @Nullable StepRecord last;

  void add(StepRecord step) {
    if (made % stride == 0) {
      if (kept.size() == MOST) {
        thin();
      }
      if (made % stride == 0) {
        kept.add(step);
      }
    }
    if (least == null || step.loss() < least.loss()) {
      least = step;
      leastAt = made;
    }
    last = step;
    made++;
  }

  private void thin() {
    stride *= 2;
    for (int i = 0; 2 * i < kept.size(); i++) {
      kept.set(i, kept.get(2 * i));
    }
    kept.subList((kept.size() + 1) / 2, kept.size()).clear();
  }

  /** How many steps there were. */
  long made() {
    return made;
  }

  /** Those kept, in the order in which they were made. */
  List<StepRecord> records() {
    List<StepRecord> records = new ArrayList<>(kept);
    if (least != null && leastAt % stride != 0 && leastAt != made - 1) {
      records.add((int) (leastAt / stride) + 1, least);
    }
    if (last != null && (made - 1) % stride != 0) {
      records.add(last);
    }
    return List.copyOf(records);
  }

  void save(Sections to) {
    List<StepRecord> ends = least == null || last == null ? List.of() : List.of(least, last);
    to.putNumbers(KEPT, numbers(kept));
    to.putNumbers(MORE, more(kept));
    to.putNumbers(ENDS, numbers(ends));
    to.putNumbers(ENDS_MORE, more(ends));
    to.putIntegers(MADE, made, leastAt);
  }

  private static double[] numbers(List<StepRecord> records) {
    double[] numbers = new double[StepRecord.NUMBERS * records.size()];
    for (int i = 0; i < records.size(); i++) {
      records.get(i).write(numbers, StepRecord.NUMBERS * i);
    }
    return numbers;
  }

  private static double[] more(List<StepRecord> records) {
    double[] numbers = new double[StepRecord.MORE * records.size()];
    for (int i = 0; i < records.size(); i++) {
      records.get(i).writeMore(numbers, StepRecord.MORE * i);
    }
    return numbers;
  }

  private static double[] rest(Sections from, String name) {
    return from.has(name) ? from.numbers(name) : new double[0];
  }

  /** Goes on from what was saved; from a checkpoint of a version that kept every step, too. */
  void restore(Sections from) {
    double[] numbers = from.numbers(KEPT);
    boolean isWhole = !from.has(MADE);
    double[] more = rest(from, MORE);
    for (int i = 0; i < numbers.length / StepRecord.NUMBERS; i++) {
      StepRecord record = StepRecord.read(numbers, more, i);
      if (isWhole) {
        add(record);
      } else {
        kept.add(record);
      }
    }
    if (!isWhole) {
      long[] counts = from.integers(MADE, 2);
      made = counts[0];
      leastAt = counts[1];
      while ((made + stride - 1) / stride > MOST) {
        stride *= 2;
      }
      if (made > 0) {
        double[] ends = from.numbers(ENDS, 2 * StepRecord.NUMBERS);
        double[] endsMore = rest(from, ENDS_MORE);
        least = StepRecord.read(ends, endsMore, 0);
        last = StepRecord.read(ends, endsMore, 1);
      }
    }
  }
}
