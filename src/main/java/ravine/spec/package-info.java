/**
 * Text to rules and schedules: {@link ravine.spec.Specs}. Back again by their {@code toString}.
 *
 * <p>Everything a user types (a parameter of an estimator, an option of the command line, the rule
 * stored in a checkpoint) goes through here, so that there is one grammar and one kind of error,
 * {@link ravine.spec.SpecException}, which says what was wrong, where, and what would be right.
 *
 * <p>May depend on {@code ravine.step} and what lies below it. A new rule or schedule is one line
 * in the table of {@code Specs}; names, options and their types come from its record components.
 */
@NullMarked
package ravine.spec;

import org.jspecify.annotations.NullMarked;
