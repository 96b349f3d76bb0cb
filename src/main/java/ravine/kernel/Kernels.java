package ravine.kernel;

/**
 * The kernels of this JVM, chosen once: those on the JDK's vector module where it was started with
 * {@code --add-modules jdk.incubator.vector} on a machine with wide vectors, plain Java elsewhere.
 * Executors of one cluster should be started alike: a task retried on the other kind gives sums
 * that differ by rounding.
 */
public final class Kernels {
  /** {@code -Dravine.kernel=scalar} keeps to plain Java. */
  private static final String PROPERTY = "ravine.kernel";

  private static final boolean VECTORS = hasVectors();

  private static final DenseKernel DENSE =
      VECTORS ? load("VectorDenseKernel", DenseKernel.class) : new ScalarDenseKernel();

  private static final MultiKernel OUTPUTS =
      VECTORS
          ? load("VectorMultiKernel", MultiKernel.class)
          : new ColumnMultiKernel(DENSE, new ScalarMultiKernel());

  private Kernels() {}

  /** The kernels of dense rows with one output. */
  public static DenseKernel dense() {
    return DENSE;
  }

  /** The kernels of rows with several outputs. */
  public static MultiKernel outputs() {
    return OUTPUTS;
  }

  /** The name of the kernels in use: {@code scalar}, or {@code vector512} and the like. */
  public static String active() {
    return DENSE.name();
  }

  private static boolean hasVectors() {
    if ("scalar".equals(System.getProperty(PROPERTY))
        || ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return false;
    }
    try {
      Class<?> type = Class.forName("ravine.kernel.VectorDenseKernel");
      return Boolean.TRUE.equals(type.getDeclaredMethod("isFast").invoke(null));
    } catch (ReflectiveOperationException | LinkageError unusable) {
      // A JDK whose incubating module has changed: plain Java gives the same answers.
      return false;
    }
  }

  private static <T> T load(String name, Class<T> type) {
    try {
      return type.cast(
          Class.forName("ravine.kernel." + name).getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("ravine.kernel." + name + " does not load", impossible);
    }
  }
}
