package ravine.kernel;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Arrays to and from the position of a buffer, in the buffer's byte order, copied in bulk: a
 * serializer that looks at each number takes ten times as long.
 */
public final class ArrayBytes {
  private ArrayBytes() {}

  public static void put(ByteBuffer to, double[] numbers) {
    to.asDoubleBuffer().put(numbers);
    skip(to, (long) Double.BYTES * numbers.length);
  }

  public static void put(ByteBuffer to, float[] numbers) {
    to.asFloatBuffer().put(numbers);
    skip(to, (long) Float.BYTES * numbers.length);
  }

  public static void put(ByteBuffer to, int[] numbers) {
    to.asIntBuffer().put(numbers);
    skip(to, (long) Integer.BYTES * numbers.length);
  }

  public static void put(ByteBuffer to, char[] numbers) {
    to.asCharBuffer().put(numbers);
    skip(to, (long) Character.BYTES * numbers.length);
  }

  public static double[] doubles(ByteBuffer from, int count) {
    return doubles(from, count, null);
  }

  /** The same in an array that is no longer needed, if that is long enough. */
  public static double[] doubles(ByteBuffer from, int count, double @Nullable [] spent) {
    double[] numbers = spent != null && spent.length >= count ? spent : new double[count];
    from.asDoubleBuffer().get(numbers, 0, count);
    skip(from, (long) Double.BYTES * count);
    return numbers;
  }

  public static float[] floats(ByteBuffer from, int count) {
    return floats(from, count, null);
  }

  /** The same in an array that is no longer needed, if that is long enough. */
  public static float[] floats(ByteBuffer from, int count, float @Nullable [] spent) {
    float[] numbers = spent != null && spent.length >= count ? spent : new float[count];
    from.asFloatBuffer().get(numbers, 0, count);
    skip(from, (long) Float.BYTES * count);
    return numbers;
  }

  public static int[] ints(ByteBuffer from, int count) {
    return ints(from, count, null);
  }

  /** The same in an array that is no longer needed, if that is long enough. */
  public static int[] ints(ByteBuffer from, int count, int @Nullable [] spent) {
    int[] numbers = spent != null && spent.length >= count ? spent : new int[count];
    from.asIntBuffer().get(numbers, 0, count);
    skip(from, (long) Integer.BYTES * count);
    return numbers;
  }

  /** In an array that is no longer needed, if that is long enough. */
  public static char[] chars(ByteBuffer from, int count, char @Nullable [] spent) {
    char[] numbers = spent != null && spent.length >= count ? spent : new char[count];
    from.asCharBuffer().get(numbers, 0, count);
    skip(from, (long) Character.BYTES * count);
    return numbers;
  }

  private static void skip(ByteBuffer buffer, long bytes) {
    buffer.position(Math.toIntExact(buffer.position() + bytes));
  }
}
