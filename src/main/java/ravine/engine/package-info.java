/**
 * The distributed mini-batch loop.
 *
 * <p>Rows are packed once into blocks of primitive arrays cached in the executors ({@link
 * ravine.engine.TrainingData}); {@link ravine.engine.Trainer} asks their partitions for gradients
 * through a {@code GradientEngine} and steps on the driver, where weights, velocity and moments
 * live. Users of the DataFrame and RDD APIs meet this package in {@link
 * ravine.engine.TrainingResult} and {@link ravine.engine.TrainingListener}.
 *
 * <p>May depend on Spark, and on {@code ravine.step} and what that stands on.
 */
package ravine.engine;
