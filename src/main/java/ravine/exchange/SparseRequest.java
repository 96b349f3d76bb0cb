package ravine.exchange;

/**
 * The gradient over one mini-batch of rows that touch few features: only those travel, each way.
 *
 * @param pass which permutation of the groups
 * @param batch which slice, from 0
 * @param batches number of slices the pass is cut into
 * @param point where it is taken
 */
record SparseRequest(long pass, int batch, int batches, Point point) {

  /** Raw weights, looked up feature by feature. */
  interface Point {
    /**
     * The point at some features, as {@link PartialSum} lays it out for as many features: K weights
     * for each, then the K intercepts and the loss's own parameters. May be called from several
     * threads at once, until the request is answered.
     */
    double[] at(int[] features, int count);
  }
}
