package ravine.ml.tuning;

import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import ravine.ml.classification.MiniBatchLinearSVC;

/**
 * {@link MiniBatchLinearSVC} as a client of Spark Connect asks for the models of a grid, one by
 * one: of use there alone. Python's {@code fit(rows, paramMaps)} does.
 */
public final class RemoteLinearSVC extends MiniBatchLinearSVC {
  private static final long serialVersionUID = 1L;

  private final RemoteGrid remote;

  /** An estimator with a random uid. */
  public RemoteLinearSVC() {
    this(Identifiable.randomUID("miniBatch"));
  }

  /** An estimator with the given uid. */
  @SuppressWarnings("this-escape")
  public RemoteLinearSVC(String uid) {
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
  public LinearSVCModel train(Dataset<?> dataset) {
    MiniBatchLinearSVC plain = copyValues(new MiniBatchLinearSVC(uid()), ParamMap.empty());
    return remote.model(this, plain, dataset, () -> super.train(dataset));
  }
}
