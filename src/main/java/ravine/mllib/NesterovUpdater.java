package ravine.mllib;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Arrays;
import java.util.Objects;
import ravine.rule.Nesterov;
import ravine.rule.NesterovForm;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;

/**
 * Nesterov's accelerated gradient as an MLlib {@code Updater}.
 *
 * <pre>{@code
 * new GradientDescent(new LogisticGradient(), new NesterovUpdater(0.9)).setStepSize(0.1)
 * }</pre>
 *
 * <p><b>Alone</b> it uses the rewritten form, v ← γv + ηg; y ← y − (γv + ηg): MLlib takes its
 * gradients at its weights, so its weights y have to be the look-ahead points θ − γv of the
 * original. The points visited are the same (for constant γ), and the weights MLlib returns, its
 * loss history and its regularisation values all refer to them.
 *
 * <p><b>With {@link LookAheadGradient}</b> it uses the original form, g at θ − γv; v ← γv + ηg; θ ←
 * θ − v: MLlib's weights and the regularisation values are at θ, the data losses of its history at
 * the look-ahead points.
 *
 * <p>Step sizes: as for {@link MomentumUpdater}, (1 − γ) of what was right for {@code
 * SimpleUpdater}. On a curvature L it is stable for η &lt; 2(1 + γ)/((1 + 2γ)L), about 4/(3L),
 * where plain descent is for η &lt; 2/L and momentum for η &lt; 2(1 + γ)/L.
 */
public final class NesterovUpdater extends StatefulUpdater<NesterovUpdater> {
  private static final long serialVersionUID = 1L;

  private final LookAhead lookAhead = new LookAhead();
  private final boolean formGiven;
  private Nesterov rule;
  private boolean bound;

  /** γ = 0.9. */
  public NesterovUpdater() {
    this(new Nesterov().momentum());
  }

  /**
   * A constant γ.
   *
   * @param momentum γ, in [0, 1)
   */
  public NesterovUpdater(double momentum) {
    this(new Constant(momentum));
  }

  /**
   * A γ that changes from step to step.
   *
   * @param momentum γ of each update, values in [0, 1)
   */
  public NesterovUpdater(Schedule momentum) {
    this.rule = new Nesterov(momentum, NesterovForm.REWRITTEN);
    this.formGiven = false;
  }

  /**
   * A form chosen by hand. With {@code LOOKAHEAD} and no {@link LookAheadGradient} MLlib's weights
   * are the look-ahead points, and {@link #weights()} is θ.
   */
  public NesterovUpdater(Nesterov rule) {
    this.rule = Objects.requireNonNull(rule, "rule");
    this.formGiven = true;
  }

  @Override
  public synchronized Nesterov rule() {
    return rule;
  }

  @Override
  NesterovUpdater self() {
    return this;
  }

  /** Binds this updater to a gradient that looks ahead. */
  synchronized LookAhead lookAhead() {
    if (formGiven && rule.form() != NesterovForm.LOOKAHEAD) {
      throw new IllegalArgumentException(
          "LookAheadGradient needs a NesterovUpdater of form lookahead, but its rule is " + rule);
    }
    rule = new Nesterov(rule.momentum(), NesterovForm.LOOKAHEAD);
    bound = true;
    reset();
    return lookAhead;
  }

  @Override
  double[] whatMllibHolds(double[] weights, double[] point) {
    if (!bound) {
      return point;
    }
    if (Arrays.equals(weights, point)) {
      lookAhead.clear();
    } else {
      lookAhead.publish(weights, point);
    }
    return weights;
  }

  @Override
  void checkGradientPoint() {
    if (bound && !lookAhead.isUsed()) {
      throw new IllegalStateException(
          "This NesterovUpdater is bound to a LookAheadGradient, but the gradient of this step was"
              + " not taken through it: give both to the same GradientDescent");
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    lookAhead.forget();
  }
}
