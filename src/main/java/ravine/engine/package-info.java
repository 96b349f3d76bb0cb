/**
 * The distributed mini-batch loop.
 *
 * <p>Rows are packed once into blocks of primitive arrays cached in the executors ({@link
 * ravine.engine.TrainingData}); {@link ravine.engine.Trainer} asks their partitions for gradients
 * through a {@code GradientEngine} and steps on the driver, where weights, velocity and moments
 * live. Users of the DataFrame and RDD APIs meet this package in {@link
 * ravine.engine.TrainingResult} and {@link ravine.engine.TrainingListener}.
 *
 * <h2>Why the default is the default, and what the others are for</h2>
 *
 * <p>{@code bench --sections candidates} trains in every one of these ways and says which arrive at
 * a relative gap of 1e-3 and 1e-4, in how many passes and seconds; {@code --data} does so on a
 * file.
 *
 * <ul>
 *   <li><b>Full-batch steps in a metric</b> (of sampled rows, or of the last steps where weights
 *       are many), with velocity: the default. NoiseReduction keeps a mini-batch rule at a gap that
 *       its rate decides, and a rule that scales each weight by itself cannot undo a rotation of
 *       the features; curvature undoes it, and a full batch has no noise. In that table no way
 *       without a metric arrives on the rotated set, and none without velocity on all of them. Not
 *       always in the fewest seconds: where rows are few for their features, the metric costs the
 *       driver more than the passes it saves.
 *   <li><b>Mini-batches with {@code noiseReduction=svrg}</b>: the rate stays and the gap goes on
 *       falling, without any Hessian: accuracy where features are not rotated, for the memory of a
 *       few vectors. With {@code localSteps} the same for a fraction of the exchanges.
 *   <li><b>{@code localSteps} alone</b>: for exchanges that are dear, and an answer that may be
 *       rough. Partitions drift apart, and at a constant rate the gap stops falling.
 *   <li><b>{@code batchGrowth}, {@code noiseReduction=average}</b>: remedies for noise that cost
 *       nothing and do less.
 *   <li><b>Adam and its family</b>: the numbers of a paper or of another library, with its
 *       schedule; a good model early. At a constant rate it stalls.
 * </ul>
 *
 * <p>May depend on Spark, and on {@code ravine.step} and what that stands on.
 */
package ravine.engine;
