package ravine.exchange;

import java.util.Arrays;

/**
 * What partitions are told about the local steps they are to take: how many, at which learning
 * rate, and for variance-reduced steps the snapshot and the full gradient there. A view of the flat
 * array that travels as {@link StepRequest#other}.
 */
public final class LocalOrder {
  /** Number of steps and learning rate. */
  private static final int HEAD = 2;

  private final double[] numbers;

  /** The order that stands in {@code numbers}, which are not copied. */
  LocalOrder(double[] numbers) {
    this.numbers = numbers;
  }

  /** An order of plain steps, of which {@link #set} says how many. */
  public static LocalOrder plain() {
    return new LocalOrder(new double[HEAD]);
  }

  /**
   * An order of variance-reduced steps, of which {@link #set} says how many.
   *
   * @param snapshot raw point
   * @param full gradient there over all rows, in θ
   */
  static LocalOrder reduced(double[] snapshot, double[] full) {
    double[] numbers = new double[HEAD + snapshot.length + full.length];
    System.arraycopy(snapshot, 0, numbers, HEAD, snapshot.length);
    System.arraycopy(full, 0, numbers, HEAD + snapshot.length, full.length);
    return new LocalOrder(numbers);
  }

  /** Changes number and learning rate of the steps; this order. */
  public LocalOrder set(int steps, double rate) {
    numbers[0] = steps;
    numbers[1] = rate;
    return this;
  }

  int steps() {
    return (int) numbers[0];
  }

  double rate() {
    return numbers[1];
  }

  boolean isReduced() {
    return numbers.length > HEAD;
  }

  /** The snapshot of a reduced order, a raw point of so many numbers. */
  double[] snapshot(int rawDimension) {
    return Arrays.copyOfRange(numbers, HEAD, HEAD + rawDimension);
  }

  /** Adds the full gradient of a reduced order, whose snapshot has so many numbers. */
  void addFull(int rawDimension, double[] gradient) {
    int from = HEAD + rawDimension;
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] += numbers[from + j];
    }
  }

  /** The flat array, live. */
  double[] numbers() {
    return numbers;
  }
}
