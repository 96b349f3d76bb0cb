package ravine.many;

import java.util.ArrayList;
import java.util.List;
import ravine.engine.TrainingData;
import ravine.objective.Problem;
import ravine.rows.Block;
import ravine.rows.PackedPartition;
import ravine.rows.RowView;

/** What a fold's rows say, worked out row by row on the driver. */
final class Folds {
  private Folds() {}

  /** Gradient of the objective over the rows that train. */
  static double[] gradient(TrainingData data, RowView view, Problem problem, double[] theta) {
    double[] gradient = new double[theta.length];
    double weights = 0.0;
    for (double[] row : rows(data, view, false)) {
      double slope = 1.0 / (1.0 + Math.exp(-margin(row, theta))) - row[0];
      weights += row[1];
      for (int j = 0; j < theta.length; j++) {
        gradient[j] += row[1] * slope * (j == theta.length - 1 ? 1.0 : row[2 + j]);
      }
    }
    for (int j = 0; j < theta.length; j++) {
      gradient[j] /= weights;
    }
    problem.penalty().addGradient(theta, gradient);
    return gradient;
  }

  /** Mean log-loss of the rows held out. */
  static double heldLoss(TrainingData data, RowView view, Problem problem, double[] theta) {
    double loss = 0.0;
    double weights = 0.0;
    for (double[] row : rows(data, view, true)) {
      double margin = row[0] == 1.0 ? margin(row, theta) : -margin(row, theta);
      loss += row[1] * Math.log1p(Math.exp(-margin));
      weights += row[1];
    }
    return loss / weights / problem.lossUnit();
  }

  private static double margin(double[] row, double[] theta) {
    double margin = theta[theta.length - 1];
    for (int j = 0; j < theta.length - 1; j++) {
      margin += theta[j] * row[2 + j];
    }
    return margin;
  }

  /** Label, weight and features of the rows that train, or of the others. */
  static List<double[]> rows(TrainingData data, RowView view, boolean held) {
    return data.packedRows().packed().map(part -> ofPartition(part, view, held)).collect().stream()
        .flatMap(List::stream)
        .toList();
  }

  private static List<double[]> ofPartition(PackedPartition partition, RowView view, boolean held) {
    List<double[]> rows = new ArrayList<>();
    byte[][] folds = partition.folds(view.seed(), view.folds());
    int b = 0;
    for (Block block : partition.training) {
      for (int i = 0; i < block.rows; i++) {
        if ((folds[b][i] == view.held()) == held) {
          double[] row = new double[2 + block.features];
          row[0] = block.label(i);
          row[1] = block.weight(i);
          block.copyRow(i, 2, row);
          rows.add(row);
        }
      }
      b++;
    }
    return rows;
  }
}
