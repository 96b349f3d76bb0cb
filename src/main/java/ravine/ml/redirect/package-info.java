/**
 * Spark's own estimators by their own names, trained by Ravine where that comes to the same:
 * another import is all that changes.
 *
 * <pre>{@code
 * import ravine.ml.redirect.LogisticRegression; // instead of org.apache.spark.ml.classification
 *
 * LogisticRegressionModel model = new LogisticRegression().setRegParam(0.01).fit(rows);
 * }</pre>
 *
 * <p>They have Spark's params and no others, the same defaults, and give Spark's models. Nothing is
 * refused: what Ravine does not honour trains by Spark's own code, with one line in the log that
 * says why; {@link ravine.ml.redirect.Redirected#explanation} says it beforehand. What is saved,
 * the estimator itself as well, is Spark's own class and loads where Ravine is not. Python's {@code
 * ravine.enable()} and {@code ravine.connect.RavineBackend} of a Spark Connect server lead here.
 *
 * <p>To choose the optimizer, the batch size and so on, use the estimators of {@code
 * ravine.ml.classification} and {@code ravine.ml.regression}.
 *
 * <p>May depend on Spark, {@code ravine.ml} and what that stands on.
 */
package ravine.ml.redirect;
