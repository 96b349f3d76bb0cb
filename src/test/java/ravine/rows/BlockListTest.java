package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BlockListTest {
  private static final int BLOCKS_A_STRIPE = 3;

  private static Block block(int label) {
    double[] labels = {label, label};
    return new DenseBlock(1, new double[] {label, -label}, labels, null);
  }

  /** Stripes made when they are asked for; it knows which of them somebody still holds. */
  private static final class Made implements Stripe.Source {
    private static final long serialVersionUID = 1L;
    private final int stripes;
    private final List<Integer> read = new ArrayList<>();
    private final List<WeakReference<Stripe>> given = new ArrayList<>();
    private final Semaphore reads = new Semaphore(0);

    Made(int stripes) {
      this.stripes = stripes;
    }

    @Override
    public synchronized Stripe read(int place, @Nullable Stripe spent) {
      if (place == stripes) {
        throw new IllegalStateException("the disk is gone");
      }
      List<Block> blocks =
          IntStream.range(place * BLOCKS_A_STRIPE, (place + 1) * BLOCKS_A_STRIPE)
              .mapToObj(BlockListTest::block)
              .toList();
      Stripe stripe = new Stripe(1, blocks);
      read.add(place);
      given.add(new WeakReference<>(stripe));
      reads.release();
      return stripe;
    }

    @Override
    public @Nullable Stripe hold(int place, TaskContext task) {
      return null;
    }

    synchronized List<Integer> read() {
      return List.copyOf(read);
    }

    /** How many stripes are alive, as soon as there are no more than so many. */
    synchronized int alive(int most) {
      int alive = Integer.MAX_VALUE;
      for (int i = 0; i < 100 && alive > most; i++) {
        System.gc();
        alive = 0;
        for (WeakReference<Stripe> stripe : given) {
          alive += stripe.get() == null ? 0 : 1;
        }
      }
      return alive;
    }
  }

  private static BlockList list(Made source, int stripes) {
    int blocks = stripes * BLOCKS_A_STRIPE;
    int[] rows = IntStream.range(0, blocks).map(b -> 2).toArray();
    int[] first = IntStream.rangeClosed(0, stripes).map(s -> s * BLOCKS_A_STRIPE).toArray();
    LabelledRows[] labels = new LabelledRows[blocks];
    for (int b = 0; b < blocks; b++) {
      labels[b] = block(b).withoutFeatures();
    }
    return new BlockList(rows, new Block[blocks], labels, first, source);
  }

  @Test
  void walk_all_readsEachStripeOnceInOrderOneAhead() {
    Made source = new Made(20);
    BlockList list = list(source, 20);
    BlockList.Walk walk = list.walk();
    for (int b = 0; b < list.size(); b++) {
      assertThat(walk.block(b).label(0)).isEqualTo(b);
      int stripe = b / BLOCKS_A_STRIPE;
      source.reads.acquireUninterruptibly(
          b % BLOCKS_A_STRIPE > 0 ? 0 : stripe == 0 ? 2 : stripe == 19 ? 0 : 1);
      assertThat(source.read()).hasSize(Math.min(20, stripe + 2));
    }
    assertThat(source.read()).isEqualTo(IntStream.range(0, 20).boxed().toList());
  }

  /** However many there are and whatever the heap: one at work, one on its way. */
  @Test
  void walk_all_holdsTwoStripes() {
    Made source = new Made(50);
    BlockList list = list(source, 50);
    BlockList.Walk walk = list.walk();
    for (int b = 0; b < list.size(); b++) {
      walk.block(b);
      if (b % 17 == 0) {
        assertThat(source.alive(2)).as("after block " + b).isLessThanOrEqualTo(2);
      }
    }
    assertThat(walk.block(list.size() - 1).label(1)).isEqualTo(149.0);
  }

  @Test
  void walk_some_readsOnlyTheirStripes() {
    Made source = new Made(20);
    BlockList.Walk walk = list(source, 20).walk(() -> new int[] {4, 5, 30, 31, 58});
    for (int b : new int[] {4, 5, 30, 31, 58}) {
      assertThat(walk.block(b).label(0)).isEqualTo(b);
    }
    assertThat(source.read()).containsExactly(1, 10, 19);
  }

  @Test
  void labels_ofStoredBlocks_readNothing() {
    Made source = new Made(4);
    BlockList list = list(source, 4);
    BlockList.Walk walk = list.walk();
    for (int b = 0; b < list.size(); b++) {
      assertThat(walk.labels(b).label(1)).isEqualTo(b);
    }
    assertThat(source.read()).isEmpty();
  }

  @Test
  void walk_readFails_saysWhy() {
    Made source = new Made(2);
    BlockList list = list(source, 3);
    BlockList.Walk walk = list.walk();
    assertThat(walk.block(5).label(0)).isEqualTo(5.0);
    assertThatThrownBy(() -> walk.block(6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the disk is gone");
  }

  @Test
  void of_blocks_areThemselves() {
    Block one = block(1);
    Block two = block(2);
    BlockList list = BlockList.of(one, two);
    assertThat(list).containsExactly(one, two);
    assertThat(list.get(1)).isSameAs(two);
    assertThat(list.rowsOf(0)).isEqualTo(2);
    AtomicInteger asked = new AtomicInteger();
    assertThat(list.walk(() -> new int[asked.incrementAndGet()]).block(1)).isSameAs(two);
    assertThat(asked).hasValue(0);
  }
}
