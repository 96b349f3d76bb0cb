package ravine.newton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.exchange.WholeBatch;
import ravine.penalty.None;

/** The line through two points, where only the line is known. */
class MarginSearchTest {
  private static final double[] FROM = {0.0};
  private static final double[] TO = {1.0};

  /** A function of the length along the line, and how often it was asked about. */
  private static final class Line implements WholeBatch {
    private final DoubleUnaryOperator value;
    private final DoubleUnaryOperator slope;
    private int questions;

    Line(DoubleUnaryOperator value, DoubleUnaryOperator slope) {
      this.value = value;
      this.slope = slope;
    }

    @Override
    public double[] along(double[] from, double[] to, int fromSlot, double[] lengths) {
      questions++;
      double[] answer = new double[3 * lengths.length];
      for (int i = 0; i < lengths.length; i++) {
        answer[3 * i] = value.applyAsDouble(lengths[i]);
        answer[3 * i + 1] = slope.applyAsDouble(lengths[i]);
      }
      return answer;
    }

    @Override
    public Sums gradient(double[] theta, int slot, double[] gradient) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double hessian(
        double[] theta, int slot, long pass, int batches, boolean majorised, double[] hessian) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void product(double[] theta, int slot, double[] direction, double[] product) {
      throw new UnsupportedOperationException();
    }

    MarginSearch.Length search(double sign) {
      return new MarginSearch(this, PenaltyTerms.of(new None(), 1)).run(FROM, TO, 0, sign);
    }
  }

  /** The minimum of cosh(t − c) is at c, whose value is 1. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.02, 0.45, 0.97, 1.2, 8.0, 300.0})
  void run_minimumAtAnyLength_leavesATinyShareOfTheGain(double centre) {
    Line line = new Line(t -> Math.cosh(t - centre), t -> Math.sinh(t - centre));
    MarginSearch.Length found = line.search(1.0);
    double gain = Math.cosh(centre) - 1.0;
    assertThat(found.objective() - 1.0).isLessThanOrEqualTo(2e-3 * gain);
    assertThat(found.objective()).isEqualTo(Math.cosh(found.length() - centre));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.9})
  void run_minimumBetweenThePoints_takesTwoQuestions(double centre) {
    Line line = new Line(t -> Math.cosh(t - centre), t -> Math.sinh(t - centre));
    line.search(1.0);
    assertThat(line.questions).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 5.0})
  void run_minimumOnTheOtherSide_isFoundWithMinus1(double centre) {
    Line line = new Line(t -> Math.cosh(t + centre), t -> Math.sinh(t + centre));
    assertThat(line.search(1.0).length()).isZero();
    double gain = Math.cosh(centre) - 1.0;
    MarginSearch.Length found = line.search(-1.0);
    assertThat(found.length()).isNegative();
    assertThat(found.objective() - 1.0).isLessThanOrEqualTo(2e-3 * gain);
  }
}
