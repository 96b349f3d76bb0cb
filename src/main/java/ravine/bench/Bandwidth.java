package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import ravine.terminal.Table;

/**
 * How much of the memory's read bandwidth full passes reach: bytes of feature values a second over
 * what {@link Probe} reads with as many threads, just before or after, in the same JVMs.
 */
final class Bandwidth {
  /** Megabytes that no cache of a server's processor holds. */
  private static final double LEAST = 500.0;

  private final Session run;
  private final Table table =
      new Table(
          "data", "storage", "kernels", "bytes", "probe", "ours", "ours / probe", "best / best");

  Bandwidth(Session run) {
    this.run = run;
  }

  void run(ArrayNode json) {
    int gigabyte = run.quick() ? 400_000_000 : 1_050_000_000;
    int[] widths = run.quick() ? new int[] {256} : new int[] {256, 2000};
    for (int features : widths) {
      for (String storage : EngineProbe.STORAGES) {
        int width = storage.equals("float") ? 4 : 8;
        cell(
            run.data(GeneratedRows.Shape.UNIFORM, gigabyte / width / features, features),
            storage,
            width,
            json);
      }
    }
    run.print("Full passes of dense logistic regression against read bandwidth:", table);
  }

  private void cell(GeneratedRows data, String storage, int width, ArrayNode json) {
    run.measuring(data + " " + storage);
    double bytes = (double) data.rows() * data.features() * width;
    // Not cached: the packed rows are to have the memory for themselves.
    EngineProbe engine =
        new EngineProbe(
            run, data.mllib(run.session(), run.seed()).rdd(), data.features(), "momentum");
    JavaSparkContext context = new JavaSparkContext(run.session().sparkContext());
    int megabytes = (int) Math.ceil(Math.max(bytes / 1e6, run.scale() * LEAST) / run.slots());
    double[] probes = new double[run.rounds()];
    List<Session.Contestant> contestants = new ArrayList<>();
    contestants.add(
        round -> {
          double rate = Probe.gigabytesPerSecond(context, run.slots(), megabytes);
          if (round >= 0) {
            probes[round] = rate;
          }
        });
    List<Passes> ours = new ArrayList<>();
    for (String kernels : run.kernels()) {
      ours.add(new Passes(kernels, new double[run.rounds()], new double[run.rounds()]));
    }
    for (Passes side : ours) {
      contestants.add(
          round -> {
            EngineProbe.Step step = engine.step(1.0, storage, side.kernels);
            if (round >= 0) {
              side.rates[round] = bytes / 1e6 / step.millis();
              side.best[round] = bytes / 1e6 / step.leastMillis();
            }
          });
    }
    run.alternate(contestants);
    for (Passes side : ours) {
      add(data, storage, bytes, new Spread(probes), side, json);
    }
  }

  /** Gigabytes a second with some kernels: of the typical pass of a round, and of its fastest. */
  private record Passes(String kernels, double[] rates, double[] best) {}

  private void add(
      GeneratedRows data, String storage, double bytes, Spread probe, Passes side, ArrayNode json) {
    Spread ours = new Spread(side.rates);
    Spread share = ours.over(probe);
    // Other load takes its part now from the one and now from the other; of the best, least.
    double bestShare = new Spread(side.best).most() / probe.most();
    table.row(
        List.of(
            data.toString(),
            storage,
            side.kernels,
            Spread.digits(bytes / 1e9) + " GB",
            Spread.digits(probe.median()) + " GB/s",
            Spread.digits(ours.median()) + " GB/s",
            share.times(100.0) + " %",
            Spread.digits(100.0 * bestShare) + " %"));
    ObjectNode node = json.addObject();
    node.put("data", data.toString());
    node.put("storage", storage);
    node.put("kernels", side.kernels);
    node.put("bytes", bytes);
    node.put("threads", run.slots());
    probe.addTo(node, "probeGigabytesPerSecond");
    ours.addTo(node, "ourGigabytesPerSecond");
    share.addTo(node, "shareOfBandwidth");
    node.put("bestPassOverBestProbe", bestShare);
  }
}
