package ravine.mllib;

import ravine.loss.Loss;
import ravine.rows.ColumnStats.LabelStats;

/** Checks that labels are what a loss takes. */
final class LabelCheck {
  private LabelCheck() {}

  /**
   * @throws IllegalArgumentException if the loss tells classes apart and a label is no index of one
   */
  static void check(Loss loss, LabelStats labels) {
    int classes = loss.classes();
    if (classes > 0 && (labels.classes() == 0 || labels.classes() > classes)) {
      throw new IllegalArgumentException(
          "Labels must be class indices 0 to "
              + (classes - 1)
              + " for "
              + loss.name()
              + ", but range from "
              + labels.min()
              + " to "
              + labels.max());
    }
  }
}
