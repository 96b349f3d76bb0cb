package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Models of a grid, taken by tickets. */
class RemoteGridTest extends SparkTestBase {
  private static final String GRID =
      """
      0 regParam 1.0
      0 optimizer "nesterov"
      1 regParam 0.1
      1 optimizer "adam(beta2=0.99)"
      2 regParam 1e-06
      2 optimizer "nesterov\"""";

  private static RemoteLogisticRegression asked(String ticket) {
    RemoteLogisticRegression asked = new RemoteLogisticRegression("uid");
    asked.set(asked.ticket(), ticket);
    asked.setMaxIter(20);
    asked.setTol(1e-9);
    return asked;
  }

  private Dataset<Row> rows() {
    return MlRows.frame(spark(), MlRows.classified(80, 2));
  }

  @Test
  void fit_withTickets_givesTheModelsOfTheGrid() {
    Dataset<Row> rows = rows();
    RemoteLogisticRegression first = asked("some/0/3");
    first.set(first.grid(), GRID);
    LogisticRegressionModel strongest = first.fit(rows);
    RemoteLogisticRegression second = asked("some/1/3");
    second.setRegParam(7.0); // the grid's counts
    LogisticRegressionModel adam = second.fit(rows);
    MiniBatchLogisticRegression alone = new MiniBatchLogisticRegression("uid");
    alone.setMaxIter(20);
    alone.setTol(1e-9);
    alone.setRegParam(0.1);
    alone.setOptimizer("adam(beta2=0.99)");
    assertThat(adam.coefficients()).isEqualTo(alone.fit(rows).coefficients());
    assertThat(adam.uid()).isEqualTo("uid");
    alone.setRegParam(1.0);
    alone.setOptimizer("nesterov");
    double[] expected = alone.fit(rows).coefficients().toArray();
    assertThat(strongest.coefficients().toArray())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : 1)
        .containsExactly(expected);
    assertThat(strongest.hasSummary()).isTrue();
  }

  @Test
  void fit_ofATicketThatIsGone_trainsByItself() {
    Dataset<Row> rows = rows();
    LogisticRegressionModel model = asked("gone/1/3").fit(rows);
    MiniBatchLogisticRegression alone = new MiniBatchLogisticRegression();
    alone.setMaxIter(20);
    alone.setTol(1e-9);
    assertThat(model.coefficients()).isEqualTo(alone.fit(rows).coefficients());
  }

  @Test
  void fit_ofWhatIsNoTicket_saysSo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> asked("some").fit(rows()))
        .withMessage("a ticket must be a name, a place and a number of places, but was some");
  }
}
