package ravine.ml;

import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A training summary that is made when it is first asked for anything. Spark plans three queries to
 * make one, which takes as long as all of a short training, and most models are never asked.
 *
 * <p>Spark's summaries of classifiers are interfaces, so this stands for any of them. What it makes
 * is of the moment of training all the same: of a copy of the model that nobody can change.
 */
final class DeferredSummary implements InvocationHandler, Serializable {
  private static final long serialVersionUID = 1L;

  private transient @Nullable Supplier<Object> maker;
  private @Nullable Object made;

  private DeferredSummary(Supplier<Object> maker) {
    this.maker = maker;
  }

  /**
   * Stands for what {@code maker} will make.
   *
   * @param type interface of it
   */
  static Object of(Class<?> type, Supplier<Object> maker) {
    return Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, new DeferredSummary(maker));
  }

  private synchronized Object summary() {
    if (made == null) {
      Supplier<Object> owed = maker;
      if (owed == null) {
        throw new IllegalStateException(
            "The training summary stayed behind when the model was serialized: ask for it where the"
                + " model was trained.");
      }
      made = owed.get();
      maker = null; // and with it what it holds
    }
    return made;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class && method.getName().equals("equals")) {
      return arguments != null && proxy == arguments[0];
    }
    if (method.getDeclaringClass() == Object.class && method.getName().equals("hashCode")) {
      return System.identityHashCode(proxy);
    }
    try {
      return method.invoke(summary(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
