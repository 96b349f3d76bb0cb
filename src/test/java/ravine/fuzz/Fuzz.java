package ravine.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import ravine.checkpoint.CheckpointFuzz;
import ravine.cli.PropertiesFuzz;
import ravine.exchange.MessageFuzz;
import ravine.input.LineFuzz;
import ravine.spec.SpecFuzz;

/**
 * Reads one input and looks what becomes of it: it is taken, or refused by a documented exception
 * with a message, within bounds of time and memory.
 */
final class Fuzz {
  /** Of the processor's time. No input is so long that it could take that. */
  private static final double MOST_SECONDS = 2.0;

  private static final long MOST_BYTES = 128L << 20;
  private static final long BYTES_PER_BYTE = 2_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Fuzz() {}

  /** All kinds of input that come from outside. */
  static List<FuzzTarget> targets() {
    return List.of(
        new SpecFuzz(),
        new CheckpointFuzz(),
        new PropertiesFuzz(),
        LineFuzz.libsvm(),
        LineFuzz.separated(),
        LineFuzz.guessed(),
        new MessageFuzz());
  }

  /**
   * What became of one input.
   *
   * @param refused whether it was not taken
   * @param seconds it took of the processor
   * @param bytes that were allocated
   * @param wrong what should not have been; null where all is well
   */
  record Outcome(boolean refused, double seconds, long bytes, @Nullable String wrong) {}

  /** Reads the input that belongs to a seed. */
  static Outcome read(FuzzTarget target, long seed) {
    Object input = target.input(new SplittableRandom(seed));
    long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    long start = THREADS.getCurrentThreadCpuTime();
    Throwable thrown = null;
    try {
      target.read(input);
    } catch (Throwable any) {
      thrown = any;
    }
    double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
    bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes;
    String wrong = null;
    if (thrown != null && (!target.isDocumented(thrown) || !says(thrown))) {
      wrong = "threw " + thrown;
    } else if (seconds > MOST_SECONDS) {
      wrong = String.format(Locale.ROOT, "took %.1f s of processor time", seconds);
    } else if (bytes > MOST_BYTES + BYTES_PER_BYTE * target.size(input)) {
      wrong = "allocated " + bytes + " bytes for " + target.size(input);
    }
    return new Outcome(
        thrown != null,
        seconds,
        bytes,
        wrong == null ? null : target.name() + ", seed " + seed + ": " + shortened(wrong, input));
  }

  private static boolean says(Throwable thrown) {
    return thrown.getMessage() != null && !thrown.getMessage().isBlank();
  }

  private static String shortened(String wrong, Object input) {
    return cut(wrong, 300)
        + " on "
        + cut(input instanceof byte[] b ? b.length + " bytes" : "" + input, 200);
  }

  private static String cut(String text, int length) {
    return text.length() > length ? text.substring(0, length) + "…" : text;
  }
}
