package ravine.rule;

/**
 * Limited-memory BFGS (Liu and Nocedal 1989, "On the limited memory BFGS method for large scale
 * optimization"): steps of whole batches in the metric of the last ones; with an L1 part the
 * proximal quasi-Newton method of Scheinberg and Tang 2016. Spec: {@code lbfgs(memory)}.
 *
 * <p>It is no update rule: it has no step for a gradient alone, chooses its own step lengths, and
 * asks for the objective between them. So there is no {@code stepSize}, {@code schedule} or {@code
 * batchSize} with it.
 *
 * @param memory pairs of steps and gradient changes that are kept, in [0, 1000], each of two
 *     numbers a weight on the driver; 0, the default, lets the engine choose by the number of
 *     weights
 */
public record Lbfgs(long memory) implements Optimizer {
  private static final long MOST = 1000;

  /** Checks the memory. */
  public Lbfgs {
    if (memory < 0 || memory > MOST) {
      throw new IllegalArgumentException("memory must be in [0, " + MOST + "], but was " + memory);
    }
  }

  /** As many pairs as suit the number of weights. */
  public Lbfgs() {
    this(0);
  }

  @Override
  public String name() {
    return "lbfgs";
  }

  @Override
  public String toString() {
    return "lbfgs(memory=" + memory + ")";
  }
}
