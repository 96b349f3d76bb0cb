package ravine.checkpoint;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import ravine.fuzz.FuzzTarget;
import ravine.fuzz.Mutations;

/** Files of checkpoints, half of them with a checksum that fits their damage. */
public final class CheckpointFuzz implements FuzzTarget {
  private static final byte[] GOOD =
      CheckpointFormat.encode(
          new Sections()
              .putText("größe", "θ = 1")
              .putIntegers("loop", -1, Long.MAX_VALUE)
              .putNumbers("none")
              .putText("rule", "adam(beta1=0.9)")
              .putNumbers("weights", 1.5, -2.25, 0.1, Double.NaN));

  private static final int HEADER = 20;
  private static final int CHECKSUM = 4;

  @Override
  public String name() {
    return "checkpoints";
  }

  @Override
  public Object input(SplittableRandom random) {
    byte[] bytes = Mutations.bytes(random, GOOD);
    if (random.nextInt(3) == 0 && bytes.length >= HEADER) {
      ByteBuffer.wrap(bytes).putInt(8, 1 + random.nextInt(2)); // the other version's layout
    }
    if (random.nextBoolean() && bytes.length >= HEADER + CHECKSUM) {
      int end = bytes.length - CHECKSUM;
      ByteBuffer.wrap(bytes).putLong(12, end - HEADER);
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, end);
      ByteBuffer.wrap(bytes).putInt(end, (int) crc.getValue());
    }
    return bytes;
  }

  @Override
  public void read(Object input) {
    Sections read = CheckpointFormat.decode((byte[]) input);
    if (!CheckpointFormat.decode(CheckpointFormat.encode(read)).equals(read)) {
      throw new AssertionError("what was read is not what is written");
    }
    read.numbers("weights", 4);
    read.text("rule");
    read.integers("loop", 2);
  }

  @Override
  public boolean isDocumented(Throwable thrown) {
    return thrown instanceof CheckpointException;
  }
}
