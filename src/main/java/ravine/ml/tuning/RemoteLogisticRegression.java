package ravine.ml.tuning;

import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * {@link MiniBatchLogisticRegression} as a client of Spark Connect asks for the models of a grid,
 * one by one: of use there alone. Python's {@code fit(rows, paramMaps)} does.
 */
public final class RemoteLogisticRegression extends MiniBatchLogisticRegression {
  private static final long serialVersionUID = 1L;

  private final RemoteGrid remote;

  /** An estimator with a random uid. */
  public RemoteLogisticRegression() {
    this(Identifiable.randomUID("miniBatch"));
  }

  /** An estimator with the given uid. */
  @SuppressWarnings("this-escape")
  public RemoteLogisticRegression(String uid) {
    super(uid);
    this.remote = new RemoteGrid(this);
  }

  /** Which model of which grid: its name, the place and the number of places, as in 4f1c/0/16. */
  public Param<String> ticket() {
    return remote.ticket();
  }

  /** The maps of the grid, in the first fit of it. */
  public Param<String> grid() {
    return remote.grid();
  }

  @Override
  public LogisticRegressionModel train(Dataset<?> dataset) {
    MiniBatchLogisticRegression plain =
        copyValues(new MiniBatchLogisticRegression(uid()), ParamMap.empty());
    return remote.model(this, plain, dataset, () -> super.train(dataset));
  }
}
