package ravine.kernel;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The kernels of this JVM, chosen once: those on the JDK's vector module where it was started with
 * {@code --add-modules jdk.incubator.vector} on a machine with wide vectors, plain Java elsewhere.
 * Executors of one cluster should be started alike: a task retried on the other kind gives sums
 * that differ by rounding.
 */
public final class Kernels {
  /** {@code -Dravine.kernel=scalar} keeps to plain Java. */
  private static final String PROPERTY = "ravine.kernel";

  private static final Kernels SCALAR = scalar();

  private static final Kernels FASTEST = hasVectors() ? vector() : SCALAR;

  private static volatile Kernels active = FASTEST;

  private static final ThreadLocal<Plain> PLAIN = new ThreadLocal<>();

  /** Threads that keep to plain Java: while there are none, no thread has to look. */
  private static final AtomicInteger PLAIN_THREADS = new AtomicInteger();

  private final DenseKernel dense;
  private final MultiKernel outputs;

  private Kernels(DenseKernel dense, MultiKernel outputs) {
    this.dense = dense;
    this.outputs = outputs;
  }

  /** The kernels of dense rows with one output. */
  public static DenseKernel dense() {
    return current().dense;
  }

  /** The kernels of rows with several outputs. */
  public static MultiKernel outputs() {
    return current().outputs;
  }

  /** The name of the kernels in use: {@code scalar}, or {@code vector512} and the like. */
  public static String active() {
    return current().dense.name();
  }

  /** The names of the kernels that this JVM can run, the fastest first. */
  public static List<String> available() {
    return FASTEST == SCALAR
        ? List.of(SCALAR.dense.name())
        : List.of(FASTEST.dense.name(), SCALAR.dense.name());
  }

  /**
   * Takes other kernels from now on, in this JVM only. For comparing them; not while a training
   * runs, because its sums would change by rounding in the middle.
   *
   * @param name one of {@link #available}
   * @throws IllegalArgumentException if this JVM cannot run them
   */
  public static void use(String name) {
    if (!available().contains(name)) {
      throw new IllegalArgumentException(
          "kernels must be one of " + available() + ", but was " + name);
    }
    active = name.equals(SCALAR.dense.name()) ? SCALAR : FASTEST;
  }

  /**
   * Keeps this thread to plain Java until what is returned is closed, in this thread; sums have the
   * same bits then whatever the width of the processor's vectors. May be nested.
   */
  public static Plain plain() {
    Plain outer = PLAIN.get();
    Plain own = new Plain(outer == null);
    if (outer == null) {
      PLAIN.set(own);
      PLAIN_THREADS.incrementAndGet();
    }
    return own;
  }

  /** See {@link #plain}. */
  public static final class Plain implements AutoCloseable {
    private boolean ends;

    private Plain(boolean ends) {
      this.ends = ends;
    }

    @Override
    public void close() {
      if (ends) {
        ends = false;
        PLAIN.remove();
        PLAIN_THREADS.decrementAndGet();
      }
    }
  }

  private static Kernels current() {
    return PLAIN_THREADS.get() > 0 && PLAIN.get() != null ? SCALAR : active;
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

  private static Kernels scalar() {
    DenseKernel dense = new ScalarDenseKernel();
    return new Kernels(dense, new ColumnMultiKernel(dense, new ScalarMultiKernel()));
  }

  private static Kernels vector() {
    return new Kernels(
        load("VectorDenseKernel", DenseKernel.class), load("VectorMultiKernel", MultiKernel.class));
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
