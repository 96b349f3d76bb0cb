/**
 * Several models at once on the same packed rows: one exchange a step for all of them, one read of
 * the rows where they ask about the same ones. {@code Rungs} ends the worse ones before their time.
 */
@NullMarked
package ravine.many;

import org.jspecify.annotations.NullMarked;
