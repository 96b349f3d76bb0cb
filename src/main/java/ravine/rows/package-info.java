/**
 * Rows made ready: read ({@link ravine.rows.RowReader}), validated, shuffled once by seed, and
 * packed ({@link ravine.rows.PackedRows}) into blocks of primitive arrays that stay in the
 * executors, in memory or on disk, with their moments and a sample for the driver.
 *
 * <p>Internal, no promise, but for {@link ravine.rows.Storage}. May use {@code kernel}.
 */
package ravine.rows;
