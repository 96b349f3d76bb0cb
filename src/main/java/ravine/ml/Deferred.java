package ravine.ml;

import java.io.Serializable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lazy value: a training summary that Spark makes when it is first asked for more than the history
 * of the objective. Spark plans three queries to make one, which takes as long as all of a short
 * training, and most models are never asked.
 *
 * @param <T> its type
 */
final class Deferred<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient @Nullable Supplier<T> maker;
  private @Nullable T made;

  Deferred(Supplier<T> maker) {
    this.maker = maker;
  }

  synchronized T get() {
    T known = made;
    if (known != null) {
      return known;
    }
    Supplier<T> owed = maker;
    if (owed == null) {
      throw new IllegalStateException(
          "The training summary stayed behind when the model was serialized: ask for it where the"
              + " model was trained.");
    }
    T fresh = owed.get();
    made = fresh;
    maker = null; // and with it what it holds
    return fresh;
  }
}
