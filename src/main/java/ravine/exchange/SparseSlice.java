package ravine.exchange;

import org.jspecify.annotations.Nullable;

/**
 * A slice of a partition's rows and the features it touches: those that are not 0 in some row.
 *
 * @param pass which permutation of the groups
 * @param batch which slice, from 0
 * @param batches number of slices the pass is cut into
 * @param identity a hash of the features: those of a slice are others where rows that were lost
 *     came back in another order
 * @param features each once, in the order in which the rows have them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SparseSlice(long pass, int batch, int batches, long identity, int[] features) {

  /** One whose features are known. */
  static SparseSlice of(long pass, int batch, int batches, int[] features) {
    long hash = features.length;
    for (int feature : features) {
      hash = (hash ^ feature) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return new SparseSlice(pass, batch, batches, hash, features);
  }

  boolean is(Request request) {
    return pass == request.pass() && batch == request.batch() && batches == request.batches();
  }

  static boolean is(@Nullable SparseSlice slice, long pass, int batch, int batches) {
    return slice != null && slice.pass == pass && slice.batch == batch && slice.batches == batches;
  }

  /**
   * The gradient over one mini-batch of rows that touch few features: only those travel, each way.
   *
   * @param pass which permutation of the groups
   * @param batch which slice, from 0
   * @param batches number of slices the pass is cut into
   * @param point where it is taken
   */
  record Request(long pass, int batch, int batches, Point point) {

    /** Raw weights, looked up feature by feature. */
    interface Point {
      /**
       * The point at some features, as {@link PartialSum} lays it out for as many features: K
       * weights for each, then the K intercepts and the loss's own parameters. May be called from
       * several threads at once, until the request is answered.
       */
      double[] at(int[] features, int count);
    }
  }
}
