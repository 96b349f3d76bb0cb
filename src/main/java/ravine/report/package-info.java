/**
 * What a training was as something to look at: a picture, a self-contained HTML page, or JSON lines
 * for other tools.
 *
 * <p>May depend on the history types of {@code ravine.engine} and on what {@code ravine.evaluation}
 * found; asks Spark for nothing.
 */
@NullMarked
package ravine.report;

import org.jspecify.annotations.NullMarked;
