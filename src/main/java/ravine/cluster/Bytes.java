package ravine.cluster;

import java.util.Locale;

/** Amounts of memory as users write them in Spark's settings. */
public final class Bytes {
  private Bytes() {}

  /** {@code 1.5g}, or whole megabytes below one gigabyte, at least {@code 1m}. */
  public static String text(long bytes) {
    return bytes >= 1L << 30
        ? String.format(Locale.ROOT, "%.1fg", bytes / (double) (1L << 30))
        : Math.max(1, bytes >> 20) + "m";
  }
}
