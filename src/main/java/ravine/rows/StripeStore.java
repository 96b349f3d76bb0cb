package ravine.rows;

import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.io.ChunkedByteBuffer;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The stripes of one list of blocks in Spark's storage. Each is a block of its own there, under the
 * id of an RDD that has no partitions of its own, so that Spark counts its memory, evicts it to
 * disk, encrypts and sends it as it does with cached partitions, and releasing the RDD releases
 * them all.
 *
 * <p>A cached partition of many elements would not do: Spark reads it only from its first element
 * on, as a whole, and drops it from memory as a whole. Stripes can be read one by one, and of data
 * larger than memory as many stay there as fit: blocks of one RDD do not evict each other, which is
 * the best that can be done for rows that are read in turn (the one least recently used is the next
 * to be needed).
 *
 * <p>What does not fit memory when it is packed is written in the bytes of {@link Stripe#write}, a
 * file each. What Spark evicts later it writes as it does other blocks, and reads as slowly.
 */
final class StripeStore implements Stripe.Source {
  private static final long serialVersionUID = 1L;

  private static final ClassTag<Stripe> TAG = ClassTag$.MODULE$.apply(Stripe.class);

  private static final Method PUT_BYTES = findPutBytes();

  /** Numbers the stripes of this process: those of a lost attempt may still be there. */
  private static final AtomicInteger NEXT = new AtomicInteger();

  /** Lower bits of a stripe's number; the executor is in the 11 above them. */
  private static final int COUNT_BITS = 20;

  /** Each reading thread's bytes, outside the heap, where files are read to without a copy. */
  private static final ThreadLocal<ByteBuffer> BYTES = new ThreadLocal<>();

  private final Home home;
  private final int partition;
  private final long owner;
  private int[] numbers = {};

  /** Whether Spark keeps a stripe as an object, and not as bytes of ours. */
  private boolean[] objects = {};

  private boolean memoryIsFull;

  /** Where the stripes of all partitions are; travels in closures. */
  static final class Home implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Under which RDD's id stripes are stored. */
    final int stripes;

    final StorageLevel level;

    /** The RDD whose partitions tell what stripes there are; it is made after this. */
    int index;

    Home(int stripes, StorageLevel level) {
      this.stripes = stripes;
      this.level = level;
    }
  }

  /**
   * For stripes still to come.
   *
   * @param owner which attempt packs them
   */
  StripeStore(Home home, int partition, long owner) {
    this.home = home;
    this.partition = partition;
    this.owner = owner;
    this.memoryIsFull = !home.level.useMemory();
  }

  /**
   * Stores the next stripe, in memory if the level allows it and all before it fitted.
   *
   * @return whether it is in memory
   */
  boolean add(Stripe stripe) {
    int place = numbers.length;
    numbers = Arrays.copyOf(numbers, place + 1);
    objects = Arrays.copyOf(objects, place + 1);
    numbers[place] = number();
    if (!memoryIsFull) {
      manager().putSingle(id(place), stripe, home.level, true, TAG);
      if (manager().memoryStore().contains(id(place))) {
        objects[place] = true;
        return true;
      }
      // Spark has written it as it writes objects: slower to read, and it would try to cache it
      // again at every read.
      manager().removeBlock(id(place), true);
      memoryIsFull = true;
    }
    write(place, stripe);
    return false;
  }

  private void write(int place, Stripe stripe) {
    ByteBuffer bytes = bytes(stripe.length());
    stripe.write(bytes);
    bytes.flip();
    StorageLevel level = StorageLevel.apply(true, false, false, false, home.level.replication());
    if (!putBytes(id(place), new ChunkedByteBuffer(bytes), level)) {
      throw new IllegalStateException(
          "Packed rows could not be written to Spark's local directories.");
    }
  }

  /**
   * Stores bytes, and tells the driver. Spark 4.3 has more parameters before the class tag, so that
   * the method is another: they take their defaults, each a method of its own in Scala.
   */
  private static boolean putBytes(BlockId id, ChunkedByteBuffer bytes, StorageLevel level) {
    Object[] arguments = new Object[PUT_BYTES.getParameterCount()];
    arguments[0] = id;
    arguments[1] = bytes;
    arguments[2] = level;
    arguments[3] = true;
    try {
      for (int i = 4; i < arguments.length - 1; i++) {
        arguments[i] =
            BlockManager.class.getMethod("putBytes$default$" + (i + 1)).invoke(manager());
      }
      arguments[arguments.length - 1] = TAG;
      return (boolean) PUT_BYTES.invoke(manager(), arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("Packed rows could not be written.", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Spark stores bytes in another way now", e);
    }
  }

  private static Method findPutBytes() {
    return Arrays.stream(BlockManager.class.getMethods())
        .filter(method -> method.getName().equals("putBytes"))
        .findFirst()
        .orElseThrow(() -> new LinkageError("BlockManager has no putBytes"));
  }

  private static int number() {
    String executor = SparkEnv.get().executorId();
    int own = executor.chars().allMatch(Character::isDigit) ? parse(executor) : executor.hashCode();
    int counted = NEXT.getAndIncrement() & ((1 << COUNT_BITS) - 1);
    return (own << COUNT_BITS | counted) & Integer.MAX_VALUE;
  }

  private static int parse(String digits) {
    return digits.isEmpty() || digits.length() > 9 ? digits.hashCode() : Integer.parseInt(digits);
  }

  @Override
  public Stripe read(int place, @Nullable Stripe spent) {
    Stripe found = objects[place] ? object(id(place)) : bytes(id(place), spent);
    if (found == null || found.owner() != owner) {
      manager().master().removeBlock(new RDDBlockId(home.index, partition));
      throw new IllegalStateException(
          "Packed rows of partition "
              + partition
              + " are gone from Spark's storage; the next attempt makes them again.");
    }
    return found;
  }

  private @Nullable Stripe object(BlockId id) {
    Option<BlockResult> result = manager().get(id, TAG);
    if (result.isEmpty()) {
      return null;
    }
    Iterator<Object> values = result.get().data();
    Stripe stripe = (Stripe) values.next();
    values.hasNext(); // at the end it gives its lock back
    return stripe;
  }

  private static @Nullable Stripe bytes(BlockId id, @Nullable Stripe spent) {
    Option<BlockData> local = manager().getLocalBytes(id);
    if (local.isDefined()) {
      try {
        return Stripe.read(
            local.get().toChunkedByteBuffer(size -> bytes((int) size)).toByteBuffer(), spent);
      } finally {
        manager().releaseLock(id, Option.apply(TaskContext.get()));
      }
    }
    Option<ChunkedByteBuffer> remote = manager().getRemoteBytes(id);
    if (remote.isEmpty()) {
      return null;
    }
    putBytes(id, remote.get(), StorageLevel.DISK_ONLY());
    return Stripe.read(remote.get().toByteBuffer(), spent);
  }

  @Override
  public @Nullable Stripe hold(int place, TaskContext task) {
    if (!objects[place]) {
      return null;
    }
    Option<BlockResult> result = manager().getLocalValues(id(place));
    if (result.isEmpty()) {
      // The task is far from its rows, as after executors went and came: they come to it once.
      Stripe far = object(id(place));
      if (far == null) {
        return null;
      }
      manager().putSingle(id(place), far, home.level, true, TAG);
      result = manager().getLocalValues(id(place));
      if (result.isEmpty()) {
        return null;
      }
    }
    Iterator<Object> values = result.get().data();
    Stripe stripe = (Stripe) values.next();
    if (stripe.owner() != owner || !manager().memoryStore().contains(id(place))) {
      values.hasNext();
      return null;
    }
    // The lock that keeps Spark from evicting it. The end of the values would give it back with a
    // warning, because the task counts as completed then.
    BlockId id = id(place);
    task.addTaskCompletionListener(
        (TaskCompletionListener) ended -> manager().releaseLock(id, Option.empty()));
    return stripe;
  }

  /** Removes all stripes: the attempt that stored them has failed. */
  void clear() {
    for (int place = 0; place < numbers.length; place++) {
      manager().removeBlock(id(place), true);
    }
  }

  private BlockId id(int place) {
    return new RDDBlockId(home.stripes, numbers[place]);
  }

  private static BlockManager manager() {
    return SparkEnv.get().blockManager();
  }

  private static ByteBuffer bytes(long size) {
    ByteBuffer kept = BYTES.get();
    if (kept == null || kept.capacity() < size) {
      kept = ByteBuffer.allocateDirect(Math.toIntExact(Math.max(size, Stripe.BYTES * 5L / 4)));
      BYTES.set(kept);
    }
    return kept.clear().limit((int) size);
  }
}
