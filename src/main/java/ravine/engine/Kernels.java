package ravine.engine;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

/**
 * The kernels of this JVM, chosen once: those on the JDK's vector module where it was started with
 * {@code --add-modules jdk.incubator.vector} on a machine with wide vectors, plain Java elsewhere.
 * Executors of one cluster should be started alike: a task retried on the other kind gives sums
 * that differ by rounding.
 */
final class Kernels {
  /** {@code -Dravine.kernel=scalar} keeps to plain Java. */
  private static final String PROPERTY = "ravine.kernel";

  private static final DenseKernel DENSE = choose();

  private static final MultiKernel OUTPUTS = new ScalarMultiKernel();

  private Kernels() {}

  /** The kernels of dense rows with one output. */
  static DenseKernel dense() {
    return DENSE;
  }

  /** The kernels of rows with several outputs. */
  static MultiKernel outputs() {
    return OUTPUTS;
  }

  /** The name of the kernels in use: {@code scalar}, or {@code vector512} and the like. */
  static String active() {
    return DENSE.name();
  }

  private static DenseKernel choose() {
    if ("scalar".equals(System.getProperty(PROPERTY))
        || ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new ScalarDenseKernel();
    }
    try {
      Class<?> type = Class.forName("ravine.engine.VectorDenseKernel");
      Method isFast = type.getDeclaredMethod("isFast");
      if (!Boolean.TRUE.equals(isFast.invoke(null))) {
        return new ScalarDenseKernel();
      }
      Constructor<?> constructor = type.getDeclaredConstructor();
      return (DenseKernel) constructor.newInstance();
    } catch (ReflectiveOperationException | LinkageError unusable) {
      // A JDK whose incubating module has changed: plain Java gives the same answers.
      return new ScalarDenseKernel();
    }
  }
}
