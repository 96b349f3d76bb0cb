package ravine.input;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The stages, all of them Spark's own, that make one vector column of the feature columns.
 *
 * <p>Each value of a categorical column becomes one feature. The indexer keeps one more number for
 * values it has never seen and the encoder drops that last one, so an unseen value is encoded as
 * all zeros instead of failing a job over a billion rows.
 *
 * @param stages fitted stages, in order; none when the input is one vector column
 * @param column the vector column
 */
public record Features(List<Transformer> stages, String column) {

  public static Features fit(Dataset<Row> rows, Columns columns) {
    List<String> inputs = columns.features();
    if (inputs.size() == 1 && Columns.isVector(rows.schema().apply(inputs.get(0)).dataType())) {
      return new Features(List.of(), inputs.get(0));
    }
    String[] taken = rows.columns();
    List<Transformer> stages = new ArrayList<>();
    List<String> assembled = new ArrayList<>();
    List<String> categories = new ArrayList<>();
    List<String> indexes = new ArrayList<>();
    List<String> encodings = new ArrayList<>();
    for (String input : inputs) {
      if (columns.categorical().contains(input)) {
        categories.add(input);
        indexes.add(Columns.free(input + "_index", taken));
        String encoding = Columns.free(input + "_onehot", taken);
        encodings.add(encoding);
        assembled.add(encoding);
      } else {
        assembled.add(input);
      }
    }
    if (!categories.isEmpty()) {
      StringIndexerModel indexer =
          new StringIndexer()
              .setInputCols(categories.toArray(new String[0]))
              .setOutputCols(indexes.toArray(new String[0]))
              .setStringOrderType("alphabetAsc")
              .setHandleInvalid("keep")
              .fit(rows);
      stages.add(indexer);
      stages.add(
          new OneHotEncoder()
              .setInputCols(indexes.toArray(new String[0]))
              .setOutputCols(encodings.toArray(new String[0]))
              .fit(indexer.transform(rows)));
    }
    String output = Columns.free("features", taken);
    stages.add(
        new VectorAssembler()
            .setInputCols(assembled.toArray(new String[0]))
            .setOutputCol(output)
            .setHandleInvalid("error"));
    return new Features(stages, output);
  }

  /** Stages for Pipeline, which takes arrays. */
  static PipelineStage[] array(List<? extends PipelineStage> stages) {
    return stages.toArray(new PipelineStage[0]);
  }
}
