package ravine.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Results of tasks as bytes. Spark reads what a task gives with a class loader of its own, which
 * does not know our classes where a session has brought our jar, or knows others of their names.
 */
public final class Parcel {
  private Parcel() {}

  /**
   * Runs a job.
   *
   * @param type of what the partitions hold; its class loader reads it
   * @return what they hold, in their order
   */
  public static <T extends Serializable> List<T> collect(JavaRDD<T> results, Class<T> type) {
    List<byte[]> parcels = Jobs.collect(results.map(Parcel::write));
    results.rdd().doCheckpoint(); // as every action of Spark's does for the rows that it read
    List<T> read = new ArrayList<>();
    for (byte[] bytes : parcels) {
      read.add(type.cast(read(bytes, type.getClassLoader())));
    }
    return read;
  }

  private static byte[] write(Serializable result) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(result);
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] bytes, ClassLoader loader) {
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass described)
              throws ClassNotFoundException {
            return Class.forName(described.getName(), false, loader);
          }
        }) {
      return in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("The result of a task cannot be read", e);
    }
  }
}
