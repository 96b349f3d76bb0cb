package ravine.resume;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.checkpoint.CheckpointException;
import ravine.checkpoint.Sections;

/**
 * What a run goes on from: the number of the last checkpoint (0 for nothing), the partitions on
 * which it was made, and itself; null in a chain, whose links are read again one by one, because
 * together they may be more than fits into memory.
 */
record Found(long number, long partitions, @Nullable Sections last) {
  static final String PARTITIONS = "partitions";

  static final Found NOTHING = new Found(0, 0, null);

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  /** The newest that is whole; newer ones are removed, for they would only be in the way. */
  static Found newest(CheckpointStore store, List<Long> numbers, Fingerprint fit)
      throws IOException {
    for (int i = numbers.size() - 1; i >= 0; i--) {
      Sections read = readWhole(store, numbers.get(i), fit);
      if (read != null) {
        removeFrom(store, numbers, i + 1);
        return new Found(numbers.get(i), read.integer(PARTITIONS), read);
      }
    }
    removeFrom(store, numbers, 0);
    return Found.NOTHING;
  }

  /** All up to the first that is missing or torn; later ones are removed. */
  static Found chain(CheckpointStore store, List<Long> numbers, Fingerprint fit)
      throws IOException {
    Found found = Found.NOTHING;
    for (long number : numbers) {
      Sections read = readWhole(store, number, fit);
      if (read == null || number != found.number + 1) {
        break;
      }
      found = new Found(number, read.integer(PARTITIONS), null);
    }
    removeFrom(store, numbers, (int) found.number);
    return found;
  }

  private static void removeFrom(CheckpointStore store, List<Long> numbers, int from)
      throws IOException {
    for (int i = from; i < numbers.size(); i++) {
      store.remove(numbers.get(i));
    }
  }

  private static @Nullable Sections readWhole(CheckpointStore store, long number, Fingerprint fit)
      throws IOException {
    Sections read;
    try {
      read = store.read(number);
    } catch (CheckpointException torn) {
      LOG.warn(
          "Checkpoint {} in {} is not whole and left out: {}", number, store, torn.getMessage());
      return null;
    }
    requireOwn(store, read, fit);
    return read;
  }

  /** Compares the newest that is whole, and changes nothing. */
  static void requireOwn(CheckpointStore store, Fingerprint fit) throws IOException {
    List<Long> numbers = store.numbers();
    for (int i = numbers.size() - 1; i >= 0; i--) {
      try {
        requireOwn(store, store.read(numbers.get(i)), fit);
        return;
      } catch (CheckpointException torn) {
        LOG.debug("Checkpoint {} in {} is not whole", numbers.get(i), store, torn);
      }
    }
  }

  private static void requireOwn(CheckpointStore store, Sections read, Fingerprint fit) {
    if (Fingerprint.isOfSeveral(read) != fit.isOfSeveral()) {
      throw new IllegalArgumentException(
          "The checkpoints in "
              + store
              + (fit.isOfSeveral()
                  ? " are of one model, and here several train together"
                  : " are of several models that trained together, and here one trains alone")
              + ": name another checkpointDir");
    }
    String difference = fit.difference(read);
    if (difference != null) {
      throw new IllegalArgumentException(
          "The checkpoints in "
              + store
              + " are of another fit: "
              + difference
              + ". Set it as it was, or name another checkpointDir");
    }
  }
}
