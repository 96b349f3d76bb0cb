package ravine.ml.classification;

import ravine.engine.ColumnStats.LabelStats;

/** Checks that the labels of the training rows are class indices, and counts the classes. */
final class ClassLabels {
  private ClassLabels() {}

  /**
   * The number of classes.
   *
   * @throws IllegalArgumentException if a label is not a whole number of at least 0, or all rows
   *     are of one class
   */
  static int count(LabelStats labels, String labelCol) {
    if (labels.classes() == 0) {
      throw new IllegalArgumentException(
          "The labels in column "
              + labelCol
              + " must be class indices 0, 1, 2, …, but range from "
              + labels.min()
              + " to "
              + labels.max()
              + ": map them first, for example with StringIndexer.");
    }
    int present = 0;
    for (double weight : labels.classWeights()) {
      present += weight > 0.0 ? 1 : 0;
    }
    if (present < 2) {
      throw new IllegalArgumentException(
          "Every label in column "
              + labelCol
              + " is "
              + labels.max()
              + ": there is nothing to tell apart; training needs rows of at least two classes.");
    }
    return Math.max(2, labels.classes());
  }

  /** {@link #count} for learners that tell two classes apart. */
  static void requireBinary(LabelStats labels, String labelCol, String learner) {
    int classes = count(labels, labelCol);
    if (classes > 2) {
      throw new IllegalArgumentException(
          learner
              + " tells two classes apart, labelled 0 and 1, but column "
              + labelCol
              + " has labels up to "
              + labels.max()
              + (labels.min() == 1.0 && labels.max() == 2.0
                  ? ": subtract 1 from them."
                  : ": use OneVsRest or MiniBatchLogisticRegression for several classes."));
    }
  }
}
