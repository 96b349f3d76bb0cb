/**
 * The DataFrame API: estimators that are Spark's own classes, trained by mini-batches or by full
 * batches with momentum, and that give back Spark's own models.
 *
 * <table>
 *   <caption>Which estimator when</caption>
 *   <tr><th>label</th><th>estimator</th></tr>
 *   <tr><td>two or more classes; probabilities are wanted</td><td>{@link
 *       ravine.ml.classification.MiniBatchLogisticRegression}</td></tr>
 *   <tr><td>two classes, and only the border between them matters</td><td>{@link
 *       ravine.ml.classification.MiniBatchLinearSVC}</td></tr>
 *   <tr><td>a number</td><td>{@link ravine.ml.regression.MiniBatchLinearRegression}; with {@code
 *       loss=huber} where some labels are far off</td></tr>
 * </table>
 *
 * <p>The params they add to Spark's, with getters and setters, are {@link
 * ravine.ml.MiniBatchParams}. Rows that come in portions are trained on by {@link
 * ravine.ml.PartialFitting#partialFit}, those of a streaming query by {@link
 * ravine.ml.StreamingTrainer}. How far a model can be from its optimum, whoever trained it, tells
 * {@link ravine.ml.certificate.ModelCertificate}. A model for each segment of the rows is what
 * {@link ravine.ml.segments.SegmentedFitting#fitByKey} trains. Spark's own estimators by their
 * names, trained by these, are in {@code ravine.ml.redirect}. The other public types here are for
 * the estimators and promise nothing to others.
 *
 * <p><b>Versions of Spark.</b> One jar runs on all that the README names. What is not the same in
 * all of them, or is no public API that stays, is asked for in these places only:
 *
 * <ol>
 *   <li>{@link ravine.ml.TrainingSummaries}: how a model gets its training summary
 *   <li>{@code DeferredSummary}: the methods that Spark's summary traits leave open, by the names
 *       that the Scala compiler gives them
 *   <li>{@link ravine.ml.ClientWarnings}: lines for the client of a Spark Connect server
 *   <li>{@code InternalRowReader}, with {@code DataFrameRows}: how a query lays out vectors and
 *       arrays
 *   <li>{@code RowsByKey} and {@code SegmentTask} of segments: the same of keys, and what a query
 *       is thought to hold
 *   <li>{@code Slots}: how many tasks can run at once, and which executors there have been
 *   <li>{@code StripeStore}: how bytes are stored as a block
 *   <li>{@code ResidentCrew}, {@code ResidentEndpoint} and {@code ResidentWorkers} of the engine:
 *       Spark's remote calls between driver and executors
 *   <li>{@code Estimators} of the command line: the sentence in which Spark refuses a param
 * </ol>
 *
 * <p>May depend on Spark and {@code ravine.engine}, and on what that stands on.
 */
package ravine.ml;
