package ravine.curvature;

/** A matrix S with P = SSᵀ, so that P is the identity in the coordinates u = Sᵀθ. */
interface SquareRoot {

  /** Writes Sᵀθ. */
  void toOwn(double[] theta, double[] own);

  /** Writes S u. */
  void multiply(double[] own, double[] product);

  /** S⁻¹g, in place. */
  void forward(double[] gradient);

  /** S⁻ᵀu, in place. */
  void backward(double[] own);
}
