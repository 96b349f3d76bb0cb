package ravine.ml.redirect;

import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingResult;

/** What the estimators of this package tell beyond Spark's own. */
public interface Redirected {

  /**
   * Who would train with these params, and why: one sentence. What depends on the rows (their
   * number of features, labels of one class only, memory) is told by the fit.
   */
  String explanation();

  /**
   * What the last fit of this very object gave beyond the model; null before the first, and where
   * Spark trained.
   */
  @Nullable TrainingResult lastTrainingResult();
}
