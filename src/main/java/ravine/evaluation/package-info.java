/**
 * What predictions are worth, in numbers of bounded size: the scores of two classes in bins, from
 * which come ROC and precision-recall curves, calibration and thresholds; tables of classes;
 * residuals of quantities on a grid.
 *
 * <p>{@link ravine.evaluation.Evaluations} asks Spark for them, in two jobs each, whatever the
 * number of rows; all else is arithmetic on the driver.
 */
@NullMarked
package ravine.evaluation;

import org.jspecify.annotations.NullMarked;
