package ravine.ml.classification;

import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.StructField;
import ravine.rows.ColumnStats.LabelStats;

/** Checks that the labels of the training rows are class indices, and counts the classes. */
final class ClassLabels {
  private ClassLabels() {}

  /**
   * The number of classes: of the labels seen, or more where the label column's metadata says so.
   *
   * @param column the label column; where its metadata declares several classes, rows of one alone
   *     are enough, as in the subproblems of OneVsRest
   * @throws IllegalArgumentException if a label is not a whole number of at least 0, or all rows
   *     are of one class
   */
  static int count(LabelStats labels, StructField column) {
    String labelCol = column.name();
    int declared = declared(column);
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
    if (present < 2 && declared < 2) {
      throw new IllegalArgumentException(
          "Every label in column "
              + labelCol
              + " is "
              + labels.max()
              + ": there is nothing to tell apart; training needs rows of at least two classes.");
    }
    return Math.max(Math.max(2, declared), labels.classes());
  }

  /** Classes that the metadata tells of, as StringIndexer and OneVsRest write it; 0 for none. */
  private static int declared(StructField column) {
    Attribute attribute = Attribute.fromStructField(column);
    if (attribute instanceof BinaryAttribute) {
      return 2;
    }
    if (attribute instanceof NominalAttribute nominal && nominal.getNumValues().isDefined()) {
      return (Integer) nominal.getNumValues().get();
    }
    return 0;
  }

  /** {@link #count} for learners that tell two classes apart. */
  static void requireBinary(LabelStats labels, StructField column, String learner) {
    int classes = count(labels, column);
    if (classes > 2) {
      throw new IllegalArgumentException(
          learner
              + " tells two classes apart, labelled 0 and 1, but column "
              + column.name()
              + " has labels up to "
              + (classes - 1)
              + (labels.min() == 1.0 && labels.max() == 2.0
                  ? ": subtract 1 from them."
                  : ": use OneVsRest or MiniBatchLogisticRegression for several classes."));
    }
  }
}
