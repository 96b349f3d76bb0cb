package ravine.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one partition in their order: in memory, or stored in stripes of which a {@link
 * Walk} holds two at a time, one at work and one on its way.
 */
public final class BlockList implements Iterable<Block>, Serializable {
  private static final long serialVersionUID = 1L;

  /** Reads ahead, a thread for each walk that has something to read; they end when idle. */
  private static final ThreadPoolExecutor READERS =
      new ThreadPoolExecutor(
          0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), BlockList::thread);

  /** Number of rows of each block. */
  private final int[] rows;

  /** The blocks that are in memory; null where one has to be read. */
  private final @Nullable Block[] held;

  /** Labels and weights of those that were not in memory from the start; null for the others. */
  private final @Nullable LabelledRows[] labels;

  /** The block with which each stripe begins, and behind them the number of blocks. */
  private final int[] firstBlocks;

  /** Null where all blocks are held. */
  private final Stripe.@Nullable Source source;

  BlockList(
      int[] rows,
      @Nullable Block[] held,
      @Nullable LabelledRows[] labels,
      int[] firstBlocks,
      Stripe.@Nullable Source source) {
    this.rows = rows;
    this.held = held;
    this.labels = labels;
    this.firstBlocks = firstBlocks;
    this.source = source;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "ravine-read-ahead");
    thread.setDaemon(true);
    return thread;
  }

  /** Blocks in memory. */
  static BlockList of(Block... blocks) {
    Builder builder = new Builder(0, null);
    for (Block block : blocks) {
      builder.add(block);
    }
    return builder.finish();
  }

  /** Number of blocks. */
  public int size() {
    return rows.length;
  }

  /** Number of rows of a block. */
  public int rowsOf(int block) {
    return rows[block];
  }

  /** One block; it is read if it is not in memory. */
  public Block get(int block) {
    return new Walk(() -> new int[] {block}).block(block);
  }

  /**
   * The same blocks, with those at hand that are in memory; they stay there until the task ends.
   */
  BlockList open(TaskContext task) {
    Stripe.Source from = source;
    if (from == null) {
      return this;
    }
    @Nullable Block[] now = new Block[rows.length];
    for (int s = 0; s < firstBlocks.length - 1; s++) {
      Stripe stripe = from.hold(s, task);
      for (int b = firstBlocks[s]; stripe != null && b < firstBlocks[s + 1]; b++) {
        now[b] = stripe.block(b - firstBlocks[s]);
      }
    }
    return new BlockList(rows, now, labels, firstBlocks, from);
  }

  private int stripeOf(int block) {
    int found = Arrays.binarySearch(firstBlocks, block);
    return found >= 0 ? found : -found - 2;
  }

  /** Through all blocks. */
  public Walk walk() {
    return new Walk(null);
  }

  /**
   * Through some blocks.
   *
   * @param wanted tells their places in the list; asked only if one of them has to be read
   */
  Walk walk(Supplier<int[]> wanted) {
    return new Walk(wanted);
  }

  @Override
  public Iterator<Block> iterator() {
    Walk walk = walk();
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < rows.length;
      }

      @Override
      public Block next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return walk.block(next++);
      }
    };
  }

  /**
   * One way through blocks in ascending order, by one thread. Of blocks that have to be read, the
   * stripe asked for last is in memory and the next one is being read, in the place of the one
   * before: a block is its reader's only until the next is asked for.
   */
  public final class Walk {
    private final @Nullable Supplier<int[]> wanted;
    private @Nullable BitSet stripes;
    private @Nullable Stripe current;
    private int place = -1;
    private @Nullable Future<Stripe> ahead;
    private int placeAhead = -1;

    private Walk(@Nullable Supplier<int[]> wanted) {
      this.wanted = wanted;
    }

    /** A block, not before the one asked for last. */
    public Block block(int b) {
      Block own = held[b];
      if (own != null) {
        return own;
      }
      int s = stripeOf(b);
      Stripe stripe = s == place && current != null ? current : moveTo(s);
      return stripe.block(b - firstBlocks[s]);
    }

    /** Labels and weights of a block, whose features need not be read for that, most likely. */
    public LabelledRows labels(int b) {
      LabelledRows known = held[b] == null ? labels[b] : held[b];
      return known == null ? block(b) : known;
    }

    private Stripe moveTo(int s) {
      Stripe spent = current;
      Stripe.Source from = Objects.requireNonNull(source);
      Stripe stripe = take(s);
      if (stripe == null) {
        stripe = from.read(s, spent);
        spent = null;
      }
      current = stripe;
      place = s;
      int next = after(s);
      if (next >= 0) {
        Stripe free = spent;
        placeAhead = next;
        ahead = READERS.submit(() -> from.read(next, free));
      }
      return stripe;
    }

    /** The stripe that was read ahead, if it is the one asked for. */
    private @Nullable Stripe take(int s) {
      Future<Stripe> reading = ahead;
      ahead = null;
      if (reading == null || placeAhead != s) {
        return null;
      }
      try {
        return reading.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while packed rows were read", e);
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        throw new IllegalStateException(cause == null ? "" : cause.getMessage(), e);
      }
    }

    /** The next stripe that is wanted and has to be read; −1 if there is none. */
    private int after(int s) {
      if (stripes == null) {
        stripes = toRead();
      }
      return stripes.nextSetBit(s + 1);
    }

    private BitSet toRead() {
      BitSet found = new BitSet();
      int[] some = wanted == null ? null : wanted.get();
      for (int i = 0; i < (some == null ? rows.length : some.length); i++) {
        int b = some == null ? i : some[i];
        if (held[b] == null) {
          found.set(stripeOf(b));
        }
      }
      return found;
    }
  }

  /** Makes a list of blocks as they come, in memory or in stripes. */
  static final class Builder {
    private final long owner;
    private final @Nullable StripeStore store;
    private final List<@Nullable Block> held = new ArrayList<>();
    private final List<@Nullable LabelledRows> labels = new ArrayList<>();
    private final List<Block> waiting = new ArrayList<>();
    private int[] rows = new int[16];
    private int[] firstBlocks = {0};
    private long waitingBytes;

    /**
     * An empty list.
     *
     * @param owner the attempt that makes it
     * @param store takes the stripes; null to keep all blocks in memory
     */
    Builder(long owner, @Nullable StripeStore store) {
      this.owner = owner;
      this.store = store;
    }

    void add(Block block) {
      int place = held.size() + waiting.size();
      rows = place < rows.length ? rows : Arrays.copyOf(rows, 2 * place);
      rows[place] = block.rows;
      if (store == null) {
        held.add(block);
        labels.add(null);
        return;
      }
      if (waitingBytes > 0 && waitingBytes + block.bytes() > Stripe.BYTES + Stripe.BYTES / 4) {
        flush(store);
      }
      waiting.add(block);
      waitingBytes += block.bytes();
    }

    private void flush(StripeStore to) {
      boolean inMemory = to.add(new Stripe(owner, waiting));
      for (Block block : waiting) {
        held.add(null);
        labels.add(inMemory ? null : block.withoutFeatures());
      }
      firstBlocks = Arrays.copyOf(firstBlocks, firstBlocks.length + 1);
      firstBlocks[firstBlocks.length - 1] = held.size();
      waiting.clear();
      waitingBytes = 0;
    }

    BlockList finish() {
      if (store != null && !waiting.isEmpty()) {
        flush(store);
      }
      return new BlockList(
          Arrays.copyOf(rows, held.size()),
          held.toArray(Block[]::new),
          labels.toArray(LabelledRows[]::new),
          firstBlocks,
          store);
    }
  }
}
