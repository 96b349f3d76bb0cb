/**
 * Tables that users have: which format, which columns, which rows are bad, what the labels are, and
 * how categories become numbers.
 *
 * <p>Internal, no promise. May use {@code terminal}.
 */
package ravine.input;
