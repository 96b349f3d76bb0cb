package ravine.curvature;

/**
 * The second derivative H of the mean loss at one point, over all rows, without the penalty's part.
 */
public interface TrueHessian {

  /**
   * Overwrites {@code product} with H · direction.
   *
   * @param direction length d, not changed
   * @param product length d
   */
  void multiply(double[] direction, double[] product);

  /**
   * Overwrites {@code solution} with an approximate solution of (H + L) x = residual on the
   * coordinates that are active, L being the curvature of the penalty; 0 on the others. It must be
   * symmetric and positive definite there, and the same for the same {@code active}. How good it is
   * decides the number of products, not what the certificate is worth.
   *
   * @param active which coordinates may move, length d
   * @param residual length d, not changed
   * @param solution length d
   */
  void precondition(boolean[] active, double[] residual, double[] solution);
}
