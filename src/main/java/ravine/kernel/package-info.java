/**
 * Arithmetic on primitive arrays: dot products, margins and sums of weighted rows, dense and
 * sparse, for one output and for several. Plain Java everywhere, and the JDK's vector module where
 * the JVM has it ({@link ravine.kernel.Kernels}).
 *
 * <p>The same loop stands here once for each primitive type and once more on vectors: Java has no
 * generics over primitives, and a hot loop that calls through an interface per number costs more
 * than the arithmetic. The JMH twins of this package say what each repetition buys.
 *
 * <p>Internal, no promise. Uses nothing of Spark and no other package.
 */
package ravine.kernel;
