package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import ravine.engine.TrainingData;
import ravine.rows.ColumnStats;
import ravine.rows.RowView;

/** The packed rows as each of several candidates sees them, with the labels of its own. */
final class Sight {
  private final TrainingData packed;
  private final Map<Integer, TrainingData> own;
  private final Function<Grid.Candidate, Dataset<?>> rows;

  private Sight(
      TrainingData packed,
      Map<Integer, TrainingData> own,
      Function<Grid.Candidate, Dataset<?>> rows) {
    this.packed = packed;
    this.own = own;
    this.rows = rows;
  }

  /**
   * All see the rows as they were packed.
   *
   * @param all the candidates, of which the first has packed the rows
   */
  static Sight same(List<Grid.Candidate> all, TrainingData packed, Dataset<?> rows) {
    all.forEach(one -> ManyFits.weighAs(one, all.get(0)));
    return new Sight(packed, Map.of(), one -> rows);
  }

  /**
   * Each sees labels of its own, and weighs the classes of these by its param.
   *
   * @param packed rows whose classes are not weighed
   * @param labels that a candidate sees
   * @param rows with its label column
   */
  static Sight ofLabels(
      List<Grid.Candidate> all,
      TrainingData packed,
      Function<Grid.Candidate, RowView.Labels> labels,
      Function<Grid.Candidate, Dataset<?>> rows) {
    List<RowView> views = all.stream().map(one -> RowView.ALL.with(labels.apply(one))).toList();
    List<ColumnStats> stats = stats(packed, views);
    List<RowView> weighing = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      Grid.Candidate one = all.get(i);
      ColumnStats.LabelStats found = stats.get(i).label();
      double[] weights = one.fit().weighting().read(found::classWeights);
      one.estimator().miniBatchSettings().weighed(weights);
      weighing.add(RowView.ALL.with(labels.apply(one).weighing(weights)));
    }
    if (!weighing.equals(views)) {
      stats = stats(packed, weighing);
    }
    Map<Integer, TrainingData> own = new HashMap<>();
    for (int i = 0; i < weighing.size(); i++) {
      own.put(all.get(i).index(), packed.of(weighing.get(i), stats.get(i)));
    }
    return new Sight(packed, own, rows);
  }

  /** Each view's found once: a label column has as many candidates as there are penalties. */
  private static List<ColumnStats> stats(TrainingData packed, List<RowView> views) {
    List<RowView> distinct = views.stream().distinct().toList();
    List<ColumnStats> found = packed.packedRows().stats(distinct);
    return views.stream().map(view -> found.get(distinct.indexOf(view))).toList();
  }

  /** The rows as they were packed. */
  TrainingData packed() {
    return packed;
  }

  /** The rows as a candidate sees them. */
  TrainingData data(Grid.Candidate one) {
    return own.getOrDefault(one.index(), packed);
  }

  /** The rows with a candidate's label column. */
  Dataset<?> rows(Grid.Candidate one) {
    return rows.apply(one);
  }
}
