package ravine.rule;

import java.io.Serializable;

/**
 * What turns gradients into weights: an {@link UpdateRule}, which takes every gradient as it comes
 * and so can walk through mini-batches, or {@link Lbfgs}, which needs those of whole batches.
 *
 * <p>{@code toString()} is the canonical spec text: see {@code ravine.spec.Specs#optimizer}.
 */
public sealed interface Optimizer extends Serializable permits UpdateRule, Lbfgs {

  /** The name by which {@code ravine.spec.Specs} knows it, such as {@code adam}. */
  String name();
}
