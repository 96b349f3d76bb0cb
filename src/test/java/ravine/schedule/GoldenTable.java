package ravine.schedule;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of {@code src/test/resources/ravine/golden}: what its header says, and its numbers,
 * without the line of column names.
 */
public record GoldenTable(Map<String, String> header, List<double[]> rows) {

  /** Reads {@code name}.csv. */
  public static GoldenTable read(String name) {
    Map<String, String> header = new HashMap<>();
    List<double[]> rows = new ArrayList<>();
    try (InputStream in =
        GoldenTable.class.getResourceAsStream("/ravine/golden/" + name + ".csv")) {
      if (in == null) {
        throw new IllegalArgumentException("there is no golden file " + name + ".csv");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      boolean named = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("# ")) {
          int colon = line.indexOf(": ");
          header.put(line.substring(2, colon), line.substring(colon + 2));
        } else if (!named) {
          named = true;
        } else {
          rows.add(numbers(line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new GoldenTable(header, rows);
  }

  private static double[] numbers(String line) {
    String[] cells = line.split(",", -1);
    double[] row = new double[cells.length];
    for (int i = 0; i < cells.length; i++) {
      row[i] = Double.parseDouble(cells[i]);
    }
    return row;
  }
}
