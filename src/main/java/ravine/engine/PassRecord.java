package ravine.engine;

/**
 * What training looked like at the end of a pass over the data.
 *
 * @param pass passes made, from 0 (the state before the first step)
 * @param step updates made
 * @param objective mean loss plus penalty over the training rows, at the weights of this moment
 * @param validationLoss mean loss over the validation rows, NaN where there are none
 * @param learningRate η of the last step, 0 before the first
 * @param gradientNorm Euclidean norm of the last data gradient, 0 before the first
 * @param velocityNorm Euclidean norm of the velocity or first moment
 * @param seconds since the first step began
 */
public record PassRecord(
    int pass,
    long step,
    double objective,
    double validationLoss,
    double learningRate,
    double gradientNorm,
    double velocityNorm,
    double seconds) {}
