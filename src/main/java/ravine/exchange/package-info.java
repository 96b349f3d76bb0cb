/**
 * How a question reaches all partitions and how the answer comes back: {@link
 * ravine.exchange.Gradients} is the face, one Spark job a question or tasks that stay are the ways.
 * Both fold the partitions' sums in the order of the partitions, so the answer is the same to the
 * bit.
 *
 * <p>Internal, no promise, but for {@link ravine.exchange.EngineKind}. May use {@code rows}, {@code
 * objective}, {@code step} and what they use.
 */
package ravine.exchange;
