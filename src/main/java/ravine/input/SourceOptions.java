package ravine.input;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the rows come from and how they are read. */
public final class SourceOptions {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "File, directory or glob to read, on any file system Spark knows.")
  public @Nullable String data;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "libsvm, csv, tsv, whitespace (columns separated by blanks or tabs), parquet, orc, json,"
              + " or any data source of Spark. Guessed from the file name when missing (.svm"
              + " .libsvm .csv .tsv .parquet .orc .json, also with .gz), else from the first line.")
  public @Nullable String format;

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description =
          "Option of Spark's reader, repeatable: --option sep=';'. In a properties file:"
              + " spark.ravine.option.sep=;")
  Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--header",
      negatable = true,
      description =
          "Whether the first line of csv, tsv and whitespace files names the columns (--no-header:"
              + " they are _c0, _c1, …). Guessed from the first lines when missing.")
  @Nullable Boolean header;

  @Option(
      names = "--num-features",
      paramLabel = "N",
      description = "Width of LIBSVM data; the highest index found when missing.")
  @Nullable Integer numFeatures;
}
