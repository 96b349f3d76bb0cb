package ravine.rows;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Adjacent blocks of one partition that are stored, evicted and read together: about {@value
 * #BYTES} bytes, so that a task holds little of what does not fit memory, a disk reads it at full
 * speed, and Spark has few pieces to keep account of.
 *
 * <p>As bytes, little-endian; what a block holds in arrays follows in bulk:
 *
 * <pre>
 *   long owner | int blocks | then of each block:
 *   byte layout | int features | int rows | byte weighted | byte columns beside the labels
 *   | labels | weights if weighted | those columns | features
 * </pre>
 */
final class Stripe implements Externalizable {
  private static final long serialVersionUID = 1L;

  /** Eight blocks or so, unless a block is longer. */
  static final int BYTES = 4 * 1024 * 1024;

  private static final int HEAD = Long.BYTES + Integer.BYTES;

  /** Bytes of a block beside its arrays, at most, and of each column beside the labels. */
  private static final int BLOCK_HEAD = 64;

  private static final int COLUMN_HEAD = 16;

  /** Where the stripes of a list of blocks are read from. */
  interface Source extends Serializable {
    /**
     * Reads a stripe; also in threads that are no task's.
     *
     * @param place in the list
     * @param spent a stripe read before that nobody uses any more, or null
     */
    Stripe read(int place, @Nullable Stripe spent);

    /** A stripe that is in memory as it is, and stays there until the task ends; null if not so. */
    @Nullable Stripe hold(int place, TaskContext task);
  }

  private long owner;
  private Block[] blocks;

  /** Whether it was made from bytes for whoever reads it, and nobody else has its blocks. */
  private transient boolean isReadersOwn;

  /** Of no block, to be overwritten by {@link #readExternal}. */
  public Stripe() {
    this(0, List.of());
  }

  /**
   * Blocks in their order.
   *
   * @param owner which packing of the partition made them: rows may come in another order when they
   *     are packed again
   */
  Stripe(long owner, List<Block> blocks) {
    this.owner = owner;
    this.blocks = blocks.toArray(Block[]::new);
  }

  long owner() {
    return owner;
  }

  Block block(int i) {
    return blocks[i];
  }

  int size() {
    return blocks.length;
  }

  /** Bytes that {@link #write} takes, at most. */
  long length() {
    long length = HEAD;
    for (Block block : blocks) {
      length += BLOCK_HEAD + COLUMN_HEAD * block.beside.length + block.bytes();
    }
    return length;
  }

  void write(ByteBuffer buffer) {
    ByteBuffer to = buffer.order(ByteOrder.LITTLE_ENDIAN);
    to.putLong(owner).putInt(blocks.length);
    for (Block block : blocks) {
      to.put(layout(block)).putInt(block.features).putInt(block.rows);
      block.writeLabels(to);
      block.write(to);
    }
  }

  private static byte layout(Block block) {
    return (byte)
        (block instanceof DenseBlock ? 'd' : block instanceof FloatDenseBlock ? 'f' : 's');
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param spent a stripe that nobody uses any more, or null; arrays that were read for it are
   *     overwritten, which saves their being cleared and collected, a third of the time it takes
   */
  static Stripe read(ByteBuffer buffer, @Nullable Stripe spent) {
    Stripe stripe = new Stripe();
    stripe.fill(buffer, spent != null && spent.isReadersOwn ? spent.blocks : new Block[0]);
    stripe.isReadersOwn = true;
    return stripe;
  }

  private void fill(ByteBuffer buffer, Block[] spent) {
    ByteBuffer from = buffer.order(ByteOrder.LITTLE_ENDIAN);
    owner = from.getLong();
    Block[] made = new Block[from.getInt()];
    for (int i = 0; i < made.length; i++) {
      byte layout = from.get();
      int features = from.getInt();
      int rows = from.getInt();
      LabelledRows labelled = LabelledRows.read(from, rows);
      Block old = i < spent.length ? spent[i] : null;
      made[i] =
          switch (layout) {
            case 'd' -> DenseBlock.read(from, features, labelled, old);
            case 'f' -> FloatDenseBlock.read(from, features, labelled, old);
            case 's' -> SparseBlock.read(from, features, labelled, old);
            default -> throw new IllegalArgumentException("no block has layout " + layout);
          };
    }
    blocks = made;
  }

  /** As one array of bytes, when Spark drops a stripe from memory or sends it elsewhere. */
  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length()));
    write(bytes);
    out.writeInt(bytes.position());
    out.write(bytes.array(), 0, bytes.position());
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    fill(ByteBuffer.wrap(bytes), new Block[0]);
  }
}
