package ravine.report;

import java.util.List;
import ravine.engine.PassRecord;

/**
 * One training of a report.
 *
 * @param name stands in the legend
 * @param passes its history
 */
record Series(String name, List<PassRecord> passes) {
  Series {
    passes = List.copyOf(passes);
  }
}
