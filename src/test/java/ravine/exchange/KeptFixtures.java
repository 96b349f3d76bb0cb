package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Huber;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.loss.SquaredHinge;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.None;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.PackedPartition;
import ravine.rows.Storage;

/** Rows and problems for the tests of questions about all rows and kept margins. */
final class KeptFixtures {
  static final int FEATURES = 6;

  /** Enough columns without anything in them for the rows to be stored and multiplied sparse. */
  static final int WIDE = 40;

  private KeptFixtures() {}

  static Loss loss(String name) {
    return switch (name) {
      case "softmax" -> new Softmax(3);
      case "squared" -> new Squared();
      case "hinge" -> new Hinge();
      case "smooth" -> new SmoothHinge(0.5);
      case "squaredHinge" -> new SquaredHinge();
      case "huber" -> new Huber(0.7);
      case "concomitant" -> new ConcomitantHuber(1.35);
      default -> new Logistic();
    };
  }

  /** Column 4 is nearly constant and far from 0; columns 1 and 3 are mostly 0. */
  static PackedPartition rows(boolean sparse, Loss loss, int count) {
    Random random = new Random(3);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = random.doubles(FEATURES, -2.0, 2.0).toArray();
      x[1] = i % 5 == 0 ? x[1] : 0.0;
      x[3] = i % 7 == 0 ? 1.0 : 0.0;
      x[4] = 500.0 + x[4];
      double label =
          loss.classes() > 0 ? random.nextInt(loss.classes()) : x[0] + random.nextGaussian();
      Vector vector = sparse ? widened(x) : Vectors.dense(x);
      rows.add(new Example(label, 1 + i % 3, vector, i % 10 == 0));
    }
    return Examples.pack(0, rows.iterator(), sparse ? WIDE : FEATURES, 5, Storage.DOUBLE);
  }

  private static Vector widened(double[] x) {
    return Vectors.dense(Arrays.copyOf(x, WIDE)).toSparse();
  }

  static Problem problem(Loss loss, int features, boolean intercept) {
    double[] inverse = new double[features];
    double[] centre = new double[features];
    for (int j = 0; j < FEATURES; j++) {
      inverse[j] = 1.0 / (1.0 + 0.1 * j);
      centre[j] = j == 4 ? 500.0 : 0.1 * j;
    }
    if (!intercept) {
      Arrays.fill(centre, 0.0);
    }
    double unit = loss.classes() > 0 ? 1.0 : 2.0;
    Coordinates coordinates =
        Coordinates.scaledBy(inverse)
            .centredAt(centre)
            .outputs(loss.outputs())
            .intercept(intercept)
            .extras(loss.extraParameters())
            .outputScale(unit)
            .outputShift(intercept && unit != 1.0 ? 0.3 : 0.0)
            .build();
    double[] initial = new double[coordinates.dimension()];
    return new Problem(loss, coordinates, new None(), initial, unit * unit, 1.0);
  }

  static double[] theta(Problem problem, int seed) {
    Coordinates coordinates = problem.coordinates();
    double[] theta = new double[coordinates.dimension()];
    Random random = new Random(seed);
    int own = theta.length - coordinates.features() * coordinates.outputs();
    for (int j = 0; j < FEATURES * coordinates.outputs(); j++) {
      theta[j] = 0.4 * random.nextGaussian() * (coordinates.hasIntercept() ? 1.0 : 1e-3);
    }
    for (int j = theta.length - own; j < theta.length; j++) {
      theta[j] = 0.4 * random.nextGaussian();
    }
    return theta;
  }
}
