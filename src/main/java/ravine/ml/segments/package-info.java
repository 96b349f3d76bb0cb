/**
 * Many small models: one for each segment of the rows, each trained whole inside a task.
 *
 * <p>{@link ravine.ml.segments.SegmentedFitting#fitByKey} is what estimators offer, {@link
 * ravine.ml.segments.SegmentModels} what it gives: a DataFrame of coefficients with verdicts, and
 * Spark's own models on demand. The other public types are for the estimators.
 *
 * <p>May depend on {@code ravine.ml} and what that stands on.
 */
@NullMarked
package ravine.ml.segments;

import org.jspecify.annotations.NullMarked;
