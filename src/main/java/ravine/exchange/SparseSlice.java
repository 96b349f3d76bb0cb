package ravine.exchange;

import org.jspecify.annotations.Nullable;

/**
 * A slice of a partition's rows and the features it touches: those that are not 0 in some row.
 *
 * @param epoch which permutation of the groups
 * @param batch which slice, from 0
 * @param batches number of slices the epoch is cut into
 * @param features each once, in the order in which the rows have them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SparseSlice(long epoch, int batch, int batches, int[] features) {

  boolean is(SparseRequest request) {
    return epoch == request.epoch() && batch == request.batch() && batches == request.batches();
  }

  static boolean is(@Nullable SparseSlice slice, long epoch, int batch, int batches) {
    return slice != null
        && slice.epoch == epoch
        && slice.batch == batch
        && slice.batches == batches;
  }
}
