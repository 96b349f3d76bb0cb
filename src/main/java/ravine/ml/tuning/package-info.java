/**
 * Tuning by many models at once: a grid of params on one copy of the packed rows, folds without
 * copies, paths of penalties, and successive halving of a sample of params.
 */
@NullMarked
package ravine.ml.tuning;

import org.jspecify.annotations.NullMarked;
