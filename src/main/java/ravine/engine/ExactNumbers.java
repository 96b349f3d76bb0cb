package ravine.engine;

import java.io.Serializable;

/**
 * Numbers kept in the narrowest type that gives back every one of them bit for bit: a byte for a
 * class index, a float for a small fraction, else a double.
 */
final class ExactNumbers implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A byte[], float[] or double[]. */
  private final Object numbers;

  private ExactNumbers(Object numbers) {
    this.numbers = numbers;
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
      return new ExactNumbers(narrow);
    }
    if (areFloats) {
      float[] narrow = new float[numbers.length];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = (float) numbers[i];
      }
      return new ExactNumbers(narrow);
    }
    return new ExactNumbers(numbers);
  }

  /** Unlike {@code ==} this tells −0 from 0. */
  private static boolean isSame(double narrowed, double number) {
    return Double.doubleToRawLongBits(narrowed) == Double.doubleToRawLongBits(number);
  }

  double get(int i) {
    if (numbers instanceof byte[] bytes) {
      return bytes[i];
    }
    return numbers instanceof float[] floats ? floats[i] : ((double[]) numbers)[i];
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
    } else {
      System.arraycopy(numbers, first, to, 0, count);
    }
  }

  /** Heap bytes of the array. */
  long bytes() {
    if (numbers instanceof byte[] bytes) {
      return bytes.length;
    }
    return numbers instanceof float[] floats
        ? 4L * floats.length
        : 8L * ((double[]) numbers).length;
  }
}
