package ravine.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Those of {@link MiniBatchParams} that say how rows are kept while they are trained on.
 *
 * @param <T> the estimator
 */
public interface PackedRowsParams<T extends PackedRowsParams<T>> extends Params {

  /** Where the params are kept; for implementors. */
  MiniBatchSettings miniBatchSettings();

  /** How packed feature values are kept: double, the default, or float. */
  default Param<String> storage() {
    return miniBatchSettings().storage;
  }

  /**
   * Where packed rows are kept: {@code MEMORY_AND_DISK} or {@code DISK_ONLY}, also replicated as
   * {@code MEMORY_AND_DISK_2}, {@code DISK_ONLY_2} and {@code DISK_ONLY_3}. Default: {@code auto},
   * the level of the input where that is persisted, with the disk, and else MEMORY_AND_DISK.
   */
  default Param<String> storageLevel() {
    return miniBatchSettings().storageLevel;
  }

  /** The value of {@link #storage}. */
  default String getStorage() {
    return getOrDefault(storage());
  }

  /** The value of {@link #storageLevel}. */
  default String getStorageLevel() {
    return getOrDefault(storageLevel());
  }

  /** Sets {@link #storage}; the text is read when training begins. */
  default T setStorage(String value) {
    return with(storage(), value);
  }

  /** Sets {@link #storageLevel}; the text is read when training begins. */
  default T setStorageLevel(String value) {
    return with(storageLevel(), value);
  }

  /** Sets a param and gives back the estimator itself. */
  @SuppressWarnings("unchecked")
  private T with(Param<?> param, Object value) {
    set((Param<Object>) param, value);
    return (T) this;
  }
}
