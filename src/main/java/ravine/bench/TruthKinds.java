package ravine.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Generated sets of the kinds on which fits have been seen to end beside the optimum. */
final class TruthKinds {
  private static final int RARE_CLASS = 4;
  private static final double QUICK = 0.2;
  private static final long FEWEST = 60;

  private final Session run;
  private final List<TruthSet> sets = new ArrayList<>();

  private TruthKinds(Session run) {
    this.run = run;
  }

  /** All of them; of quick runs the first three. */
  static List<TruthSet> all(Session run) {
    TruthKinds kinds = new TruthKinds(run);
    kinds.add("collinear", 6_000, 12, true, TruthKinds::collinear);
    kinds.add("sparse, rare features", 6_000, 60, false, TruthKinds::rareFeatures);
    kinds.add("three classes", 3_000, 8, false, TruthKinds::classes);
    if (run.quick()) {
      return kinds.sets;
    }
    kinds.add("few rows", 250, 20, true, TruthKinds::plain);
    kinds.add("rare positives", 8_000, 8, false, TruthKinds::rarePositives);
    kinds.add("counts", 4_000, 40, false, TruthKinds::counts);
    kinds.add("separable", 2_000, 15, false, TruthKinds::separable);
    kinds.add("polynomial", 100, 10, true, TruthKinds::polynomial);
    kinds.add("outliers", 3_000, 6, true, TruthKinds::outliers);
    return kinds.sets;
  }

  private void add(String name, int rows, int features, boolean quantity, Drawer drawer) {
    Random random = new Random(run.seed() * 31 + sets.size());
    int n =
        (int)
            Math.max(
                FEWEST,
                Math.min(rows, Math.round(rows * run.scale() * (run.quick() ? QUICK : 1.0))));
    List<Row> drawn = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      drawn.add(drawer.row(random, i, n, features));
    }
    Dataset<Row> frame =
        run.session().createDataFrame(drawn, GeneratedRows.SCHEMA).repartition(run.slots());
    sets.add(TruthSet.of(run.session(), name + " " + n + "x" + features, frame, quantity));
  }

  private static Row row(double label, double[] x) {
    Vector dense = Vectors.dense(x);
    return RowFactory.create(label, dense.numNonzeros() < x.length / 2 ? dense.toSparse() : dense);
  }

  private static double[] gaussians(Random random, int d) {
    return random.doubles(d).map(ignored -> random.nextGaussian()).toArray();
  }

  private static double signal(double[] x) {
    double sum = 0.0;
    for (int j = 0; j < x.length; j++) {
      sum += (j % 3 - 1.0) * x[j];
    }
    return sum;
  }

  private static boolean flips(Random random, double margin) {
    return random.nextDouble() < 1.0 / (1.0 + Math.exp(-margin));
  }

  private static Row plain(Random random, int i, int n, int d) {
    double[] x = gaussians(random, d);
    return row(signal(x) + random.nextGaussian(), x);
  }

  /** Every other column is the one before but for a thousandth. */
  private static Row collinear(Random random, int i, int n, int d) {
    double[] x = gaussians(random, d);
    double label = random.nextGaussian();
    for (int j = 1; j < d; j += 2) {
      label += (j % 3 - 1.0) * (x[j - 1] + 0.3 * x[j]);
      x[j] = x[j - 1] + 1e-3 * x[j];
    }
    return row(label, x);
  }

  private static Row rarePositives(Random random, int i, int n, int d) {
    double[] x = gaussians(random, d);
    boolean positive = i < RARE_CLASS;
    x[0] += positive ? 2.0 : 0.0;
    return row(positive ? 1.0 : 0.0, x);
  }

  private static Row rareFeatures(Random random, int i, int n, int d) {
    double[] x = new double[d];
    double margin = -0.5;
    for (int j = 0; j < d; j++) {
      x[j] = random.nextDouble() < 0.3 * Math.pow(0.88, j) + 2.0 / n ? 1.0 : 0.0;
      margin += x[j] * (j % 3 - 1.0);
    }
    return row(flips(random, margin) ? 1.0 : 0.0, x);
  }

  private static Row counts(Random random, int i, int n, int d) {
    double[] x = new double[d];
    double margin = 0.0;
    for (int j = 0; j < d; j++) {
      double mean = Math.pow(10.0, 3.0 * j / d - 1.0);
      x[j] = Math.floor(-mean * Math.log(1.0 - random.nextDouble()));
      margin += (j % 3 - 1.0) * Math.log1p(x[j]) / 2.0;
    }
    return row(flips(random, margin) ? 1.0 : 0.0, x);
  }

  private static Row separable(Random random, int i, int n, int d) {
    double[] x = gaussians(random, d);
    double side = signal(x) > 0.0 ? 1.0 : 0.0;
    x[0] += side > 0.5 ? -0.5 : 0.5;
    return row(side, x);
  }

  private static Row classes(Random random, int i, int n, int d) {
    double[] x = gaussians(random, d);
    int own = i % 3;
    x[own] += 1.5;
    x[d - 1] = x[0] * 1e3 + x[d - 1];
    return row(own, x);
  }

  /** Powers of a number that hardly varies, as in NIST's Filip. */
  private static Row polynomial(Random random, int i, int n, int d) {
    double at = -8.8 + 5.6 * i / (n - 1.0);
    double[] x = new double[d];
    for (int j = 0; j < d; j++) {
      x[j] = Math.pow(at, j + 1.0);
    }
    return row(0.8 + 0.1 * Math.sin(at) + 3e-3 * random.nextGaussian(), x);
  }

  private static Row outliers(Random random, int i, int n, int d) {
    double[] x = gaussians(random, d);
    double far = random.nextInt(10) == 0 ? 1e5 * random.nextGaussian() : 0.0;
    return row(3.0 * x[0] - x[1] + random.nextGaussian() + far, x);
  }

  /** Draws a row. */
  @FunctionalInterface
  private interface Drawer {
    Row row(Random random, int i, int n, int d);
  }
}
