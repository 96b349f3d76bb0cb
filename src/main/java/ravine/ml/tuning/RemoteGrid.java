package ravine.ml.tuning;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import ravine.ml.MiniBatchParams;

/**
 * A grid of params that a client of Spark Connect asks for. Its protocol knows a fit of one model
 * only: so the first fit brings all maps and trains them together, and each of the others is the
 * fit of its own params with a ticket, which takes the model that is there. One that is not there,
 * because the server gave it up, is trained by itself.
 *
 * <p>Two params carry it. {@code ticket} is a name of the grid, a place and a number of places, as
 * in {@code 4f1c/0/16}. {@code grid} has a line {@code place name value} for each param of each
 * map, the value in Spark's JSON.
 */
final class RemoteGrid implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Beyond that the eldest goes: its client has taken it, or went away. */
  private static final int MOST_GRIDS = 8;

  private static final Map<String, Map<Integer, Model<?>>> KEPT = new LinkedHashMap<>();

  private final Param<String> ticket;
  private final Param<String> grid;

  /** The two params of an estimator. */
  RemoteGrid(Params owner) {
    this.ticket = new Param<>(owner, "ticket", "which model of a grid is taken");
    this.grid = new Param<>(owner, "grid", "the maps of a grid, whose models are trained together");
  }

  Param<String> ticket() {
    return ticket;
  }

  Param<String> grid() {
    return grid;
  }

  /**
   * The model of a ticket.
   *
   * @param asked the estimator that has the two params
   * @param plain one of ours with all its other params
   * @param alone a fit of its own
   * @throws IllegalArgumentException if the ticket is none, or a map has no such param
   */
  @SuppressWarnings("unchecked") // of one estimator all models are of one class
  <M extends Model<?>> M model(
      Params asked, MiniBatchParams<?> plain, Dataset<?> rows, Supplier<M> alone) {
    if (!asked.isSet(ticket)) {
      return alone.get();
    }
    String text = asked.getOrDefault(ticket);
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "a ticket must be a name, a place and a number of places, but was " + text);
    }
    if (asked.isSet(grid)) {
      List<ParamMap> maps = maps(plain, asked.getOrDefault(grid), Integer.parseInt(parts[2]));
      keep(parts[0], ManyFits.fit(plain, rows, maps));
    }
    Model<?> model = take(parts[0], Integer.parseInt(parts[1]));
    return model == null ? alone.get() : (M) model;
  }

  private static List<ParamMap> maps(Params owner, String lines, int count) {
    List<ParamMap> maps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      maps.add(new ParamMap());
    }
    for (String line : lines.lines().toList()) {
      String[] words = line.split(" ", 3);
      Param<Object> param = owner.getParam(words[1]);
      maps.get(Integer.parseInt(words[0])).put(param, param.jsonDecode(words[2]));
    }
    return maps;
  }

  private static void keep(String name, List<Model<?>> models) {
    Map<Integer, Model<?>> places = new HashMap<>();
    for (int i = 0; i < models.size(); i++) {
      places.put(i, models.get(i));
    }
    synchronized (KEPT) {
      KEPT.put(name, places);
      if (KEPT.size() > MOST_GRIDS) {
        KEPT.remove(KEPT.keySet().iterator().next());
      }
    }
  }

  private static @Nullable Model<?> take(String name, int place) {
    synchronized (KEPT) {
      Map<Integer, Model<?>> places = KEPT.get(name);
      if (places == null) {
        return null;
      }
      Model<?> model = places.remove(place);
      if (places.isEmpty()) {
        KEPT.remove(name);
      }
      return model;
    }
  }
}
