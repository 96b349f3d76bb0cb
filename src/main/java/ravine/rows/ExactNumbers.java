package ravine.rows;

import java.io.Serializable;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import ravine.kernel.ArrayBytes;

/**
 * Numbers kept in the narrowest type that gives back every one of them bit for bit: a byte for a
 * class index, a float for a small fraction, an int for a decimal of a few digits, else a double.
 *
 * <p>A decimal such as 12.34 is read as the double nearest to it, and 1234 / 100 is rounded to the
 * nearest double too: where the division gives back the number, the int 1234 is all there is to
 * keep of it.
 */
final class ExactNumbers implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double MOST_DIVISOR = 1e6;

  /** A byte[], float[], int[] or double[]. */
  private final Object numbers;

  /** Of the ints: a power of ten. */
  private final double divisor;

  private ExactNumbers(Object numbers, double divisor) {
    this.numbers = numbers;
    this.divisor = divisor;
  }

  /** The numbers, in an array of their own unless they have to be doubles. */
  static ExactNumbers of(double[] numbers) {
    boolean areBytes = true;
    boolean areFloats = true;
    for (double number : numbers) {
      areBytes &= isSame((byte) number, number);
      areFloats &= isSame((float) number, number);
    }
    if (areBytes) {
      byte[] narrow = new byte[numbers.length];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = (byte) numbers[i];
      }
      return new ExactNumbers(narrow, 1.0);
    }
    if (areFloats) {
      float[] narrow = new float[numbers.length];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = (float) numbers[i];
      }
      return new ExactNumbers(narrow, 1.0);
    }
    for (double divisor = 10.0; divisor <= MOST_DIVISOR; divisor *= 10.0) {
      int[] narrow = decimals(numbers, divisor);
      if (narrow != null) {
        return new ExactNumbers(narrow, divisor);
      }
    }
    return new ExactNumbers(numbers, 1.0);
  }

  static @Nullable ExactNumbers ofNullable(double @Nullable [] numbers) {
    return numbers == null ? null : of(numbers);
  }

  /** The numbers times a power of ten, if dividing by it gives them all back. */
  private static int @Nullable [] decimals(double[] numbers, double divisor) {
    int[] narrow = new int[numbers.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (int) Math.rint(numbers[i] * divisor);
      if (!isSame(narrow[i] / divisor, numbers[i])) {
        return null;
      }
    }
    return narrow;
  }

  /** Unlike {@code ==} this tells −0 from 0. */
  private static boolean isSame(double narrowed, double number) {
    return Double.doubleToRawLongBits(narrowed) == Double.doubleToRawLongBits(number);
  }

  double get(int i) {
    if (numbers instanceof byte[] bytes) {
      return bytes[i];
    }
    if (numbers instanceof float[] floats) {
      return floats[i];
    }
    return numbers instanceof int[] ints ? ints[i] / divisor : ((double[]) numbers)[i];
  }

  /** Writes {@code count} numbers, from {@code first} on, to the start of {@code to}. */
  void copy(int first, int count, double[] to) {
    if (numbers instanceof byte[] bytes) {
      for (int i = 0; i < count; i++) {
        to[i] = bytes[first + i];
      }
    } else if (numbers instanceof float[] floats) {
      for (int i = 0; i < count; i++) {
        to[i] = floats[first + i];
      }
    } else if (numbers instanceof int[] ints) {
      for (int i = 0; i < count; i++) {
        to[i] = ints[first + i] / divisor;
      }
    } else {
      System.arraycopy(numbers, first, to, 0, count);
    }
  }

  /** Heap bytes of the array. */
  long bytes() {
    if (numbers instanceof byte[] bytes) {
      return bytes.length;
    }
    if (numbers instanceof double[] doubles) {
      return 8L * doubles.length;
    }
    return 4L * Array.getLength(numbers);
  }

  int length() {
    return Array.getLength(numbers);
  }

  /** Appends type, divisor and numbers. */
  void write(ByteBuffer to) {
    if (numbers instanceof byte[] bytes) {
      to.put((byte) 'b').put(bytes);
    } else if (numbers instanceof float[] floats) {
      to.put((byte) 'f');
      ArrayBytes.put(to, floats);
    } else if (numbers instanceof int[] ints) {
      to.put((byte) 'i').putDouble(divisor);
      ArrayBytes.put(to, ints);
    } else {
      to.put((byte) 'd');
      ArrayBytes.put(to, (double[]) numbers);
    }
  }

  /** So many numbers as {@link #write} wrote them. */
  static ExactNumbers read(ByteBuffer from, int count) {
    byte type = from.get();
    switch (type) {
      case 'b' -> {
        byte[] bytes = new byte[count];
        from.get(bytes);
        return new ExactNumbers(bytes, 1.0);
      }
      case 'f' -> {
        return new ExactNumbers(ArrayBytes.floats(from, count), 1.0);
      }
      case 'i' -> {
        double divisor = from.getDouble();
        return new ExactNumbers(ArrayBytes.ints(from, count), divisor);
      }
      case 'd' -> {
        return new ExactNumbers(ArrayBytes.doubles(from, count), 1.0);
      }
      default -> throw new IllegalArgumentException("no numbers are of type " + type);
    }
  }
}
