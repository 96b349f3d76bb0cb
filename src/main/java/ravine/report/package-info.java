/**
 * The history of a training as something to look at: a picture, a self-contained HTML page, or JSON
 * lines for other tools.
 *
 * <p>May depend on the history types of {@code ravine.engine}; knows nothing of Spark.
 */
@NullMarked
package ravine.report;

import org.jspecify.annotations.NullMarked;
