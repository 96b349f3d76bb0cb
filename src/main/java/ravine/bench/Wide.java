package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.mllib.linalg.Vector;
import ravine.terminal.Table;
import scala.Tuple2;

/**
 * Steps of many features and few non-zeros: mini-batches of 1,000 rows against what any step by a
 * Spark job with dense weights costs at the least, whatever it computes: broadcast d doubles, and
 * collect d doubles from each partition.
 *
 * <p>Of the two rules, {@code adam} moves every weight it has ever met at each step, so its step
 * shows what dense weights cost the engine.
 */
final class Wide {
  private static final int BATCH = 1_000;
  private static final int ROUND_TRIPS = 7;
  private static final List<String> RULES = List.of("momentum", "adam");

  private final Session run;
  private final Table table =
      new Table(
          "data", "rule", "engine", "dense round trip", "our step", "round trip / ours", "compute");

  Wide(Session run) {
    this.run = run;
  }

  void run(ArrayNode json) {
    int[] widths = run.quick() ? new int[] {1_000_000} : new int[] {1_000_000, 10_000_000};
    for (int features : widths) {
      GeneratedRows data = run.data(GeneratedRows.Shape.SPARSE, 100_000, features);
      run.measuring(data);
      JavaRDD<Tuple2<Object, Vector>> rows = data.mllib(run.session(), run.seed()).cache();
      try {
        rows.count();
        cell(rows, data, json);
      } finally {
        rows.unpersist(true);
      }
    }
    run.print("One step of 1,000 rows against the dense round trip of a Spark job:", table);
  }

  private void cell(JavaRDD<Tuple2<Object, Vector>> rows, GeneratedRows data, ArrayNode json) {
    JavaSparkContext context = new JavaSparkContext(run.session().sparkContext());
    double fraction = Math.min(1.0, (double) BATCH / data.rows());
    double[] trips = new double[run.rounds()];
    double[][] ours = new double[RULES.size()][run.rounds()];
    EngineProbe.Step[] last = new EngineProbe.Step[RULES.size()];
    List<Session.Contestant> contestants = new ArrayList<>();
    contestants.add(
        round -> {
          double millis = roundTrip(context, run.slots(), data.features());
          if (round >= 0) {
            trips[round] = millis;
          }
        });
    for (int i = 0; i < RULES.size(); i++) {
      int which = i;
      EngineProbe engine = new EngineProbe(run, rows.rdd(), data.features(), RULES.get(which));
      contestants.add(
          round -> {
            last[which] = engine.step(fraction, EngineProbe.STORAGES.get(0));
            if (round >= 0) {
              ours[which][round] = last[which].millis();
            }
          });
    }
    run.alternate(contestants);
    for (int i = 0; i < RULES.size(); i++) {
      add(data, RULES.get(i), new Spread(trips), new Spread(ours[i]), last[i], json);
    }
  }

  private void add(
      GeneratedRows data,
      String rule,
      Spread trips,
      Spread ours,
      EngineProbe.Step last,
      ArrayNode json) {
    Spread ratio = trips.over(ours);
    table.row(
        List.of(
            data.toString(),
            rule,
            last.engine(),
            Spread.digits(trips.median()) + " ms",
            Spread.digits(ours.median()) + " ms",
            ratio.toString(),
            Spread.digits(last.computeMillis()) + " ms"));
    ObjectNode node = json.addObject();
    node.put("data", data.toString());
    node.put("batchSize", last.rows());
    node.put("rule", rule);
    node.put("engine", last.engine());
    trips.addTo(node, "roundTripMillis");
    ours.addTo(node, "ourMillis");
    node.put("computeMillis", last.computeMillis());
    ratio.addTo(node, "ratio");
  }

  /** Milliseconds of one, the median of several. */
  private static double roundTrip(JavaSparkContext context, int slots, int features) {
    double[] weights = new double[features];
    double[] millis = new double[ROUND_TRIPS];
    for (int trip = 0; trip < ROUND_TRIPS; trip++) {
      weights[trip % features] = trip;
      long start = System.nanoTime();
      Broadcast<double[]> sent = context.broadcast(weights);
      List<double[]> sums =
          context
              .parallelize(Collections.nCopies(slots, 0), slots)
              .mapPartitions(ignored -> List.of(sent.value().clone()).iterator())
              .collect();
      for (double[] sum : sums) {
        weights[0] += sum[0];
      }
      sent.destroy();
      millis[trip] = (System.nanoTime() - start) / 1e6;
    }
    return Spread.median(millis);
  }
}
