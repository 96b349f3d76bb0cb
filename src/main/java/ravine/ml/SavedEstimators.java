package ravine.ml;

/** What Spark's loaders give, which is of whatever class was saved. */
public final class SavedEstimators {
  private SavedEstimators() {}

  /** What was loaded, if it is of the class asked for. */
  public static <T> T loaded(Object estimator, Class<T> type, String path) {
    if (!type.isInstance(estimator)) {
      throw new IllegalArgumentException(
          path
              + " holds a "
              + estimator.getClass().getName()
              + ", not a "
              + type.getSimpleName()
              + ": load it with its own class.");
    }
    return type.cast(estimator);
  }
}
