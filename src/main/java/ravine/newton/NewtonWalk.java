package ravine.newton;

import ravine.exchange.WholeBatch;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.penalty.Bounds;

/**
 * Where a {@code NewtonLoop} is, and how it moves: but for {@link #leap} never to a point where the
 * objective is higher, and on every line as far as is best.
 */
public final class NewtonWalk {
  /** Of what the best length gains, what a trial has to gain to be kept. */
  private static final double TAKE = 0.7;

  private static final double TAKE_OF_HINGE = 0.5;

  /**
   * Under this ratio of slopes at both ends of a step a parabola's best length gains 9 % more at
   * most; a loss that falls exponentially, as on separable classes, is above it and sought on.
   */
  private static final double LEVEL = 0.3;

  private static final double ARMIJO = 1e-4;
  private static final double STEEP = 0.9;

  /** Of what a step gained, what a better σ must gain to be worth another read. */
  private static final double WORTH = 0.3;

  /**
   * A σ that is so much too small, as a difference of ln σ, is worth it whatever it gains: rows
   * beyond εσ have no curvature, and where all of them are the next Hessian is nothing but the
   * penalty's. Steps that cut σ to a twentieth with weights half way came there and stayed, on fits
   * that meet nearly every row.
   */
  private static final double SMALL = 1.0;

  private final Loss loss;
  private final PenaltyTerms terms;
  private final CountedRows rows;
  private final MarginSearch search;
  private Iterate current;
  private Iterate previous;
  private int slot;
  private double length = 1.0;
  private double moved;

  public NewtonWalk(
      WholeBatch all, CountedRows rows, PenaltyTerms terms, Loss loss, double[] initial) {
    this.loss = loss;
    this.terms = terms;
    this.rows = rows;
    this.search = new MarginSearch(all, terms);
    this.current =
        new Iterate(
            initial,
            new double[initial.length],
            Double.POSITIVE_INFINITY,
            new WholeBatch.Sums(Double.POSITIVE_INFINITY, 0.0, 0.0, 0.0, 0.0, 0.0));
    this.previous = current;
  }

  /** The point. */
  public Iterate current() {
    return current;
  }

  /** The one before the last move. */
  public Iterate previous() {
    return previous;
  }

  /** Which slot holds the point's margins. */
  public int slot() {
    return slot;
  }

  /** Of the last move, in units of what was tried. */
  public double length() {
    return length;
  }

  /** Euclidean length of the last move. */
  public double moved() {
    return moved;
  }

  /** To a point, whatever it is worth; the old one's margins stay if {@code keeps}. */
  public void jump(double[] theta, boolean keeps) {
    int there = keeps ? 1 - slot : slot;
    current = rows.read(theta, there);
    slot = there;
    moved = 0.0;
  }

  /** To the point if that is not worse by more than a share of the objective. */
  public boolean allows(double[] theta, double share) {
    Iterate there = rows.read(theta, 1 - slot);
    length = 1.0;
    if (!(there.isFinite() && there.objective() <= current.objective() * (1.0 + share))) {
      return false;
    }
    take(there);
    return true;
  }

  /** To the best on the line to a point, on either side of this one. */
  public void look(double[] theta) {
    look(rows.read(theta, 1 - slot));
  }

  /** From the current point to the best on the line to one whose margins the other slot has. */
  public void look(Iterate other) {
    MarginSearch.Length best = search.run(current.theta(), other.theta(), slot, 1.0);
    if (best.length() == 0.0) {
      best = search.run(current.theta(), other.theta(), slot, -1.0);
    }
    double gained = current.objective() - other.objective();
    if (gained > 0.0 && gained >= TAKE * (current.objective() - best.objective())) {
      current = other;
      slot = 1 - slot;
    } else if (best.length() != 0.0 && rows.affords(1.0)) {
      Iterate there = rows.read(between(current.theta(), other.theta(), best.length()), 1 - slot);
      if (there.objective() < current.objective()) {
        current = there;
        slot = 1 - slot;
      }
    }
  }

  /** Tries a point, or the best on the line through it; whether the objective fell. */
  public boolean advance(double[] trial) {
    Iterate there = rows.read(trial, 1 - slot);
    length = 1.0;
    if (there.isFinite() && isGood(there)) {
      take(there);
      return true;
    }
    return search(trial, there);
  }

  /**
   * The same, but content with a trial that falls enough for its length and has left the steep part
   * of the line (Wolfe's conditions with 10⁻⁴ and 0.9): for steps that are cheap to make and dear
   * to read.
   */
  public boolean descend(double[] trial) {
    Iterate there = rows.read(trial, 1 - slot);
    length = 1.0;
    if (there.isFinite() && isLower(there)) {
      take(there);
      return true;
    }
    return search(trial, there);
  }

  /**
   * To a trial if that changes no margin by much, and otherwise to a point on the line to it, or
   * beyond, where some margin has changed by more. It stays where the objective is higher there.
   *
   * @param least change of a margin that is much
   * @param most change where that much
   * @param slack by how much the objective may be higher at the second
   * @return whether it went to the second
   */
  boolean leap(double[] trial, double least, double most, double slack) {
    Iterate there = rows.read(trial, 1 - slot);
    double change = there.sums().marginChange();
    if (!(change >= least && change < Double.POSITIVE_INFINITY)) {
      if (there.isFinite() && falls(there)) {
        length = 1.0;
        take(there);
      }
      return false;
    }
    double ratio = most / change;
    Iterate far = rows.read(between(current.theta(), trial, ratio), 1 - slot);
    if (!(far.isFinite() && far.objective() <= current.objective() + slack)) {
      return false;
    }
    length = ratio;
    take(far);
    return true;
  }

  private boolean search(double[] trial, Iterate there) {
    int other = 1 - slot;
    MarginSearch.Length best = search.run(current.theta(), trial, slot, 1.0);
    double gained = current.objective() - there.objective();
    double enough =
        (loss instanceof SoftHinge ? TAKE_OF_HINGE : TAKE)
            * (current.objective() - best.objective());
    boolean falls = there.isFinite() && falls(there);
    if (falls && (gained >= enough || !rows.affords(1.0))) {
      take(there);
    } else if (best.length() > 0.0 && best.objective() < current.objective()) {
      if (!rows.affords(1.0)) {
        return false;
      }
      Iterate found = rows.read(between(current.theta(), trial, best.length()), other);
      if (!(found.isFinite() && falls(found))) {
        return false;
      }
      length = best.length();
      take(found);
    } else {
      return false;
    }
    return true;
  }

  /** Lower; or as low to rounding, with smaller derivatives. */
  private boolean falls(Iterate there) {
    if (there.objective() < current.objective()) {
      return true;
    }
    double slack = 4.0 * Math.ulp(current.objective());
    return there.objective() <= current.objective() + slack
        && terms.violation(there) < 0.5 * terms.violation(current);
  }

  /** Whether the slopes at both ends say, by a parabola, that no length gains much more. */
  private boolean isGood(Iterate there) {
    if (!falls(there)) {
      return false;
    }
    double before = search.slope(current, current.theta(), there.theta(), 0.0);
    double after = search.slope(there, current.theta(), there.theta(), 1.0);
    return before < 0.0 && Math.abs(after) <= -LEVEL * before;
  }

  private boolean isLower(Iterate there) {
    if (!falls(there)) {
      return false;
    }
    double before = search.slope(current, current.theta(), there.theta(), 0.0);
    double after = search.slope(there, current.theta(), there.theta(), 1.0);
    return before < 0.0
        && there.objective() <= current.objective() + ARMIJO * before
        && after >= STEEP * before;
  }

  private void take(Iterate there) {
    double sum = 0.0;
    for (int j = 0; j < there.theta().length; j++) {
      double change = there.theta()[j] - current.theta()[j];
      sum += change * change;
    }
    moved = Math.sqrt(sum);
    previous = current;
    current = there;
    slot = 1 - slot;
    if (loss instanceof ConcomitantHuber) {
      rescale(WORTH * (previous.objective() - current.objective()));
    }
  }

  /** To the best σ for these margins, where that gains something worth a read. */
  public void rescale(double worth) {
    ScaleSearch.Scale best = ScaleSearch.run(rows.rows(), current.theta(), slot);
    double gain = current.meanLoss() - best.meanLoss();
    double missing = best.logScale() - current.theta()[current.theta().length - 1];
    if ((gain > worth || (gain > 0.0 && missing > SMALL)) && rows.affords(1.0)) {
      double[] rescaled = current.theta().clone();
      rescaled[rescaled.length - 1] = best.logScale();
      current = rows.read(rescaled, slot);
    }
  }

  /** On the line, and in the box to the last bit; ln σ no lower than where σ is a number. */
  private double[] between(double[] from, double[] to, double t) {
    double[] point = new double[from.length];
    for (int j = 0; j < from.length; j++) {
      point[j] = from[j] + t * (to[j] - from[j]);
    }
    Bounds bounds = terms.bounds();
    if (bounds != null) {
      bounds.clip(point);
    }
    if (loss instanceof ConcomitantHuber) {
      int last = point.length - 1;
      point[last] = Math.max(point[last], Math.log(ConcomitantHuber.LEAST_SCALE));
    }
    return point;
  }
}
