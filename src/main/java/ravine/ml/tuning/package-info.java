/**
 * Many models at once on one copy of the packed rows: a grid of params, folds without copies, paths
 * of penalties, one class against the rest, several label columns, and successive halving of a
 * sample of params.
 */
@NullMarked
package ravine.ml.tuning;

import org.jspecify.annotations.NullMarked;
