package ravine.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;

/**
 * The stages, all of them Spark's own, that make one vector column of the feature columns.
 *
 * <p>Each value of a categorical column becomes one feature. The indexer keeps one more number for
 * values it has never seen and the encoder drops that last one, so an unseen value is encoded as
 * all zeros instead of failing a job over a billion rows. Columns with names that Spark's stages
 * cannot work with, and categories that are dates or booleans, get a stage before: {@link
 * PlainNames}.
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
    Set<String> taken = new LinkedHashSet<>(Arrays.asList(rows.columns()));
    List<Transformer> stages = new ArrayList<>();
    PlainNames plain = new PlainNames();
    List<String> assembled = new ArrayList<>();
    List<String> categories = new ArrayList<>();
    List<String> indexes = new ArrayList<>();
    List<String> encodings = new ArrayList<>();
    for (String input : inputs) {
      boolean category = columns.categorical().contains(input);
      DataType type = rows.schema().apply(input).dataType();
      boolean asText = category && !Columns.isText(type) && !(type instanceof NumericType);
      String name = input;
      if (asText || !PlainNames.isPlain(input)) {
        name = free(PlainNames.plain(input) + (asText ? "_text" : ""), taken);
        if (asText) {
          plain.addText(input, name);
        } else {
          plain.add(input, name);
        }
      }
      if (category) {
        categories.add(name);
        indexes.add(free(name + "_index", taken));
        name = free(name + "_onehot", taken);
        encodings.add(name);
      }
      assembled.add(name);
    }
    plain.stage().ifPresent(stages::add);
    Dataset<Row> named = plain.stage().map(stage -> stage.transform(rows)).orElse(rows);
    if (!categories.isEmpty()) {
      StringIndexerModel indexer =
          new StringIndexer()
              .setInputCols(categories.toArray(new String[0]))
              .setOutputCols(indexes.toArray(new String[0]))
              .setStringOrderType("alphabetAsc")
              .setHandleInvalid("keep")
              .fit(named);
      stages.add(indexer);
      stages.add(
          new OneHotEncoder()
              .setInputCols(indexes.toArray(new String[0]))
              .setOutputCols(encodings.toArray(new String[0]))
              .fit(indexer.transform(named)));
    }
    String output = free("features", taken);
    stages.add(
        new VectorAssembler()
            .setInputCols(assembled.toArray(new String[0]))
            .setOutputCol(output)
            .setHandleInvalid("error"));
    return new Features(stages, output);
  }

  /** A name that is not taken, and is from now on. */
  private static String free(String wanted, Set<String> taken) {
    String name = Columns.free(wanted, taken.toArray(new String[0]));
    taken.add(name);
    return name;
  }
}
