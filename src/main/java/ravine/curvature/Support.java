package ravine.curvature;

import java.util.Arrays;

/** The free and the non-zero coordinates, of which the factor holds those that are independent. */
final class Support {
  private final Cholesky factor;
  private final boolean[] held;
  private final int[] refused;

  Support(Cholesky factor, int dimension) {
    this.factor = factor;
    this.held = new boolean[dimension];
    this.refused = new int[dimension];
  }

  boolean holds(int j) {
    return held[j];
  }

  /** Offers the first {@code count} of the chosen to the factor; how many were refused. */
  int admit(int[] chosen, int count) {
    int refusals = count == 0 ? 0 : factor.append(chosen, count, refused);
    for (int i = 0; i < count; i++) {
      held[chosen[i]] = true;
    }
    for (int i = 0; i < refusals; i++) {
      held[refused[i]] = false;
    }
    return refusals;
  }

  /** Takes out the member at a place of the factor. */
  void drop(int place) {
    held[factor.member(place)] = false;
    factor.remove(place);
  }

  void clear() {
    factor.clear();
    Arrays.fill(held, false);
  }
}
