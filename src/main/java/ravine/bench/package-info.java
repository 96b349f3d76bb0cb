/**
 * The command {@code bench}: our engine against MLlib's and against {@code spark.ml}, interleaved
 * in one session, so that every figure is a ratio of one run.
 *
 * <p>Internal, no promise. May use the APIs, {@code input} and {@code terminal}; not {@code cli}.
 */
package ravine.bench;
