package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;

class StripeTest {
  /** Every layout of features, labels and weights, and an empty block. */
  private static List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    Random random = new Random(3);
    double[][] labelKinds = {
      {0, 1, 2, 0, 1},
      {0.5, 1e30f, -2, 0, 1},
      {12.34, 0.01, -7.5, 3, 1},
      random.doubles(5).toArray()
    };
    for (Storage storage : Storage.values()) {
      for (int features : new int[] {5, 70_000}) {
        for (double value : new double[] {1.0, 0.5, 0.1}) {
          for (double[] labels : labelKinds) {
            for (boolean dense : new boolean[] {true, false}) {
              blocks.add(block(features, value, labels, dense, storage));
            }
          }
        }
      }
    }
    blocks.add(new DenseBlock(3, new double[0], new double[0], new double[0]));
    return blocks;
  }

  private static Block block(
      int features, double value, double[] labels, boolean dense, Storage storage) {
    List<Example> rows = new ArrayList<>();
    for (double label : labels) {
      double[] all = new double[features];
      java.util.Arrays.fill(all, value);
      Vector vector =
          dense
              ? Vectors.dense(all)
              : Vectors.sparse(features, new int[] {features - 1}, new double[] {value});
      rows.add(new Example(label, dense ? 1.0 : Math.abs(label) + 0.1, vector, false));
    }
    return Examples.pack(0, rows.iterator(), features, 1L, storage).training.get(0);
  }

  private static void requireSame(Stripe read, List<Block> blocks) {
    assertThat(read.size()).isEqualTo(blocks.size());
    assertThat(read.owner()).isEqualTo(77L);
    for (int i = 0; i < blocks.size(); i++) {
      Block from = blocks.get(i);
      Block to = read.block(i);
      assertThat(to).hasSameClassAs(from);
      assertThat(to.rows).isEqualTo(from.rows);
      assertThat(to.features).isEqualTo(from.features);
      assertThat(to.bytes()).isEqualTo(from.bytes());
      assertThat(to.plainBytes()).isEqualTo(from.plainBytes());
      assertThat(to.stored()).isEqualTo(from.stored());
      assertThat(to.isWeighted()).isEqualTo(from.isWeighted());
      double[] expected = new double[from.features];
      double[] found = new double[from.features];
      for (int row = 0; row < from.rows; row++) {
        assertThat(to.label(row)).isEqualTo(from.label(row));
        assertThat(to.weight(row)).isEqualTo(from.weight(row));
        from.copyRow(row, 0, expected);
        to.copyRow(row, 0, found);
        assertThat(found).isEqualTo(expected);
      }
    }
  }

  @Test
  void read_everyLayout_givesBackEveryBit() {
    List<Block> blocks = blocks();
    Stripe stripe = new Stripe(77L, blocks);
    for (ByteBuffer bytes :
        List.of(
            ByteBuffer.allocate((int) stripe.length()),
            ByteBuffer.allocateDirect((int) stripe.length()))) {
      stripe.write(bytes);
      Stripe read = Stripe.read(bytes.flip(), null);
      requireSame(read, blocks);
    }
  }

  private static ByteBuffer bytes(List<Block> blocks) {
    Stripe stripe = new Stripe(77L, blocks);
    ByteBuffer bytes = ByteBuffer.allocate((int) stripe.length());
    stripe.write(bytes);
    return bytes.flip();
  }

  /**
   * Whatever stood in the arrays before: the same blocks, shorter and longer ones, other layouts.
   */
  @Test
  void read_intoASpentStripe_givesBackEveryBit() {
    List<Block> blocks = blocks();
    List<Block> turned = new ArrayList<>(blocks);
    Collections.reverse(turned);
    Stripe spent = Stripe.read(bytes(blocks), null);
    for (List<Block> next : List.of(blocks, turned, blocks.subList(3, 40), blocks)) {
      spent = Stripe.read(bytes(next), spent);
      requireSame(spent, next);
    }
  }

  /** Those may be Spark's, and others read them. */
  @Test
  void read_intoAStripeThatWasNotRead_leavesItAlone() {
    List<Block> blocks = blocks();
    Stripe cached = new Stripe(77L, blocks);
    List<Block> turned = new ArrayList<>(blocks);
    Collections.reverse(turned);
    requireSame(Stripe.read(bytes(turned), cached), turned);
    requireSame(cached, blocks());
  }

  /** As Spark writes it when it drops it from memory. */
  @Test
  void readExternal_everyLayout_givesBackEveryBit() throws IOException, ClassNotFoundException {
    List<Block> blocks = blocks();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Stripe(77L, blocks));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      requireSame((Stripe) in.readObject(), blocks);
    }
  }

  @Test
  void read_cutShort_isRefused() {
    Stripe stripe = new Stripe(77L, blocks());
    ByteBuffer bytes = ByteBuffer.allocate((int) stripe.length());
    stripe.write(bytes);
    ByteBuffer half = bytes.flip().limit(bytes.limit() / 2);
    assertThatThrownBy(() -> Stripe.read(half, null))
        .isInstanceOfAny(BufferUnderflowException.class, IllegalArgumentException.class);
  }
}
