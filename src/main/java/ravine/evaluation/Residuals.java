package ravine.evaluation;

/**
 * Residuals (label minus prediction) of quantities, over a grid of predictions and residuals whose
 * outermost cells hold what lies beyond it.
 *
 * @param predictionLow where the grid begins
 * @param predictionHigh where it ends
 * @param residualLow where the grid begins
 * @param residualHigh where it ends
 * @param cells weight by place along the predictions, then along the residuals, from the low ends
 * @param sums weighted sum of the residuals by place along the predictions
 */
public record Residuals(
    double predictionLow,
    double predictionHigh,
    double residualLow,
    double residualHigh,
    double[][] cells,
    double[] sums) {

  /** The middle of a column of cells. */
  public double prediction(int column) {
    return predictionLow + (column + 0.5) * (predictionHigh - predictionLow) / cells.length;
  }

  /** Weight of the rows of a column. */
  public double weight(int column) {
    double sum = 0;
    for (double cell : cells[column]) {
      sum += cell;
    }
    return sum;
  }

  /** Mean residual of a column; NaN where it has no rows. */
  public double mean(int column) {
    return sums[column] / weight(column);
  }

  /** The residual below which a share of a column's rows lies, to half a cell. */
  public double quantile(int column, double share) {
    double wanted = share * weight(column);
    double[] rows = cells[column];
    double height = (residualHigh - residualLow) / rows.length;
    double below = 0;
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] > 0 && below + rows[i] >= wanted) {
        return residualLow + height * (i + (wanted - below) / rows[i]);
      }
      below += rows[i];
    }
    return Double.NaN;
  }
}
