/**
 * The loss of two weights as a landscape, and the paths that update rules take through it: what
 * momentum does in a ravine, as a picture and as a section of a page whose sliders run the paths
 * again.
 *
 * <p>The rules are those of {@code ravine.rule}. The script of the page has their formulas once
 * more; {@code src/test/browser} holds it to what is computed here.
 *
 * <p>May depend on {@code ravine.rule}, {@code ravine.schedule}, {@code ravine.loss} and {@code
 * ravine.page}; knows nothing of Spark.
 */
@NullMarked
package ravine.landscape;

import org.jspecify.annotations.NullMarked;
