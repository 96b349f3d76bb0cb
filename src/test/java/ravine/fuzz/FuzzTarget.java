package ravine.fuzz;

import java.util.SplittableRandom;

/** One kind of input that comes from outside, and what reads it. */
public interface FuzzTarget {
  /** What is read. */
  String name();

  /** An input, well formed or not: a {@code String}, a {@code byte[]}, or anything that prints. */
  Object input(SplittableRandom random);

  /** Reads it. */
  void read(Object input);

  /** Whether the reader's documentation names that exception for input that it refuses. */
  boolean isDocumented(Throwable thrown);

  /** About how many bytes an input has, which may be multiplied in memory. */
  default long size(Object input) {
    return input instanceof byte[] bytes ? bytes.length : 2L * String.valueOf(input).length();
  }
}
