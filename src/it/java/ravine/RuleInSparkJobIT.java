package ravine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import ravine.rule.RuleState;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;

/** Rules work where users call them: on the driver between jobs, and inside a task. */
class RuleInSparkJobIT {
  private static final int STEPS = 50;
  private static final double RATE = 0.5;

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = SparkSession.builder().master("local[2]").appName("legs").getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** Minimises ½ mean (θ − x)², whose gradient each job sums over the rows. */
  @Test
  void sgd_onTheDriver_findsTheMean() {
    List<Double> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add((double) i);
    }
    JavaRDD<Double> data =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 4);
    UpdateRule rule = new Sgd();
    RuleState state = rule.newState(1);
    double[] weights = {0.0};
    for (int step = 0; step < STEPS; step++) {
      double at = rule.gradientPoint(weights, state)[0];
      double sum = data.map(x -> at - x).reduce(Double::sum);
      rule.step(weights, new double[] {sum / rows.size()}, RATE, state);
    }
    assertThat(weights[0]).isCloseTo(49.5, org.assertj.core.data.Offset.offset(1e-12));
    assertThat(state.step()).isEqualTo(STEPS);
  }

  @Test
  void sgd_insideATask_equalsTheDriver() {
    double[] start = {1.0, -2.0, 3.0};
    double[] onDriver = descend(start);
    List<double[]> inTasks =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(1, 2, 3), 3)
            .map(i -> descend(start))
            .collect();
    assertThat(inTasks).hasSize(3).allSatisfy(weights -> assertThat(weights).isEqualTo(onDriver));
  }

  /** Descends on ½‖θ‖², so that the gradient is θ itself. */
  private static double[] descend(double[] start) {
    UpdateRule rule = new Sgd();
    RuleState state = rule.newState(start.length);
    double[] weights = start.clone();
    for (int step = 0; step < STEPS; step++) {
      rule.step(weights, weights.clone(), 0.1, state);
    }
    return weights;
  }
}
