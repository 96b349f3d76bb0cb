package ravine.rows;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Margins of a partition's training rows at the last points asked about, in two slots for each
 * model that is trained on them. What is kept can be lost at any time (a retried task, an evicted
 * block) and is then made again from the point, in the same groups of rows, so with the same bits.
 *
 * <p>What stands in a slot is never changed, only replaced, so that two trainings on the same
 * cached rows can take each other's place but not mix.
 */
public final class KeptMargins {
  private final ConcurrentHashMap<Integer, Slot> slots = new ConcurrentHashMap<>();

  /**
   * Margins at one point.
   *
   * @param point weights and intercepts; a copy
   * @param margins for each training block those of its rows, K a row
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  public record Slot(double[] point, double[][] margins) {
    /** Whether these are the margins at a point, whose first numbers must have the same bits. */
    boolean is(double[] wanted) {
      if (wanted.length < point.length) {
        return false;
      }
      for (int j = 0; j < point.length; j++) {
        if (Double.doubleToRawLongBits(wanted[j]) != Double.doubleToRawLongBits(point[j])) {
          return false;
        }
      }
      return true;
    }
  }

  /** The margins at a point if they are there, or null. */
  public @Nullable Slot find(int slot, double[] point) {
    Slot kept = slots.get(slot);
    return kept != null && kept.is(point) ? kept : null;
  }

  /** Puts margins into a slot, in place of what was there. */
  public void put(int slot, Slot made) {
    slots.put(slot, made);
  }

  /** Empties a slot: what is to stand there is made while others are kept, and takes their room. */
  public void empty(int slot) {
    slots.remove(slot);
  }

  /** Empties all slots. */
  public void forget() {
    slots.clear();
  }
}
