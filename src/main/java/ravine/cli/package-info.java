/**
 * The command line: {@code Ravine} looks at Java and Spark, {@link ravine.cli.Commands} turns
 * arguments into calls of the estimators, prints what came out and ends with an exit status.
 *
 * <p>One class per command ({@code TrainCommand}, {@code EvaluateCommand}, {@code PredictCommand},
 * {@code CompareCommand}, {@code TuneCommand}, {@code QuickstartCommand}). What they share runs in
 * this order: {@code DataLoader} reads, {@code Features} and {@code Labels} turn columns into
 * Spark's own stages, {@code DataCheck} refuses what cannot be trained on, {@code
 * ConfiguredEstimator} makes the estimator, {@code SavedModel} writes and reads what plain Spark
 * can load, {@code Metrics} scores.
 *
 * <p>Rules of the house:
 *
 * <ul>
 *   <li>Exit status 0 is success, 1 a training that failed, 2 bad usage or bad input.
 *   <li>An error is one sentence on stderr that says what to do; {@code --debug} adds the trace.
 *   <li>Everything that can be known before training is checked before training.
 *   <li>Files appear complete or not at all: written beside their place, then renamed.
 * </ul>
 *
 * <p>May depend on {@code ravine.ml}, {@code ravine.mllib}, {@code ravine.report} and the public
 * types of {@code ravine.engine}.
 */
@NullMarked
package ravine.cli;

import org.jspecify.annotations.NullMarked;
