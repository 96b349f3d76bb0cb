package ravine.rule;

import java.util.Arrays;

/** Plain gradient descent: θ ← θ − ηg. */
public record Sgd() implements UpdateRule {
  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public RuleState newState(int dimension) {
    return new RuleState(0, new double[0][]);
  }

  @Override
  public void step(double[] weights, double[] gradient, double learningRate, RuleState state) {
    state.step++;
    for (int j = 0; j < weights.length; j++) {
      weights[j] -= learningRate * gradient[j];
    }
  }

  @Override
  public void effectiveRates(double learningRate, RuleState state, double[] rates) {
    Arrays.fill(rates, learningRate);
  }
}
