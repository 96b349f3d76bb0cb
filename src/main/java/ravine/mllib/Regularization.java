package ravine.mllib;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;

/**
 * The form of a regularisation term whose strength MLlib passes with every call, or a whole {@link
 * Penalty}.
 */
final class Regularization implements Serializable {
  private static final long serialVersionUID = 1L;

  /** None, because the user has said nothing. */
  static final Regularization UNSET = new Regularization(0.0, 0.0, null);

  private final double l1Share;
  private final double l2Share;
  private final @Nullable Penalty fixed;

  private Regularization(double l1Share, double l2Share, @Nullable Penalty fixed) {
    this.l1Share = l1Share;
    this.l2Share = l2Share;
    this.fixed = fixed;
  }

  static Regularization fixed(Penalty penalty) {
    return new Regularization(0.0, 0.0, Objects.requireNonNull(penalty, "penalty"));
  }

  /**
   * @throws IllegalArgumentException if the text is none of none, l1, l2, elasticnet(α)
   */
  static Regularization parse(String text) {
    return switch (text) {
      case "none" -> new Regularization(0.0, 0.0, null);
      case "l1" -> new Regularization(1.0, 0.0, null);
      case "l2" -> new Regularization(0.0, 1.0, null);
      default -> {
        if (!text.startsWith("elasticnet(") || !text.endsWith(")")) {
          throw new IllegalArgumentException(
              "penalty must be none, l1, l2 or elasticnet(alpha), but was '" + text + "'");
        }
        double alpha = share(text, text.substring("elasticnet(".length(), text.length() - 1));
        yield new Regularization(alpha, 1.0 - alpha, null);
      }
    };
  }

  private static double share(String text, String number) {
    double alpha;
    try {
      alpha = Double.parseDouble(number.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "penalty must be elasticnet(alpha) with a number, but was '" + text + "'", e);
    }
    if (!(alpha >= 0.0 && alpha <= 1.0)) {
      throw new IllegalArgumentException("elasticnet's alpha must be in [0, 1], but was " + alpha);
    }
    return alpha;
  }

  /** The penalty of strength {@code regParam} for {@code dimension} weights. */
  Penalty penalty(double regParam, int dimension, boolean lastExempt) {
    CoordinateScale scale =
        lastExempt && dimension > 0
            ? CoordinateScale.exemptLast(dimension)
            : CoordinateScale.uniform();
    return penalty(regParam, scale);
  }

  /** The penalty of strength {@code regParam} that sees the weights through {@code scale}. */
  Penalty penalty(double regParam, CoordinateScale scale) {
    if (fixed != null) {
      return fixed;
    }
    if (!(regParam >= 0.0 && regParam < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "regParam must be finite and at least 0, but was " + regParam);
    }
    if (l1Share == 0.0) {
      return l2Share == 0.0 ? new None(scale) : new L2(regParam * l2Share, scale);
    }
    return l2Share == 0.0
        ? new L1(regParam * l1Share, scale)
        : new ElasticNet(regParam, l1Share, scale);
  }
}
