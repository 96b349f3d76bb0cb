package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import ravine.ml.MiniBatchParams;
import ravine.spec.Names;

/**
 * Values of an estimator's params to choose among, as a text says:
 *
 * <pre>{@code
 * space  = param { ";" param } ;
 * param  = name "=" value { "|" value } ;
 * value  = constant | "log(" low "," high ")" | "uniform(" low "," high ")" | "int(" low "," high ")" ;
 * }</pre>
 *
 * <p>Such as {@code optimizer=nesterov|adam(beta2=0.99); regParam=0|log(1e-6, 1);
 * batchSize=64|256}. {@code log} draws numbers whose logarithm is uniform, {@code uniform} any
 * numbers between the two, {@code int} whole numbers, both ends included. Numbers drawn have four
 * digits, so that what is shown is what was tried. Params of texts take every value as it stands.
 */
public final class SearchSpace {
  /** Params that rows are packed alike for, and that models trained together may differ in. */
  private static final Set<String> SEARCHABLE =
      new TreeSet<>(
          Set.of(
              "batchGrowth",
              "batchSize",
              "elasticNetParam",
              "fitIntercept",
              "gradientClip",
              "noiseReduction",
              "optimizer",
              "regParam",
              "schedule",
              "standardization",
              "stepSize"));

  private static final Pattern RANGE =
      Pattern.compile("(log|uniform|int)\\s*\\((.*)\\)", Pattern.CASE_INSENSITIVE);

  private static final double DIGITS = 4.0;

  private final List<Dimension> dimensions;

  private SearchSpace(List<Dimension> dimensions) {
    this.dimensions = List.copyOf(dimensions);
  }

  /** A param and what it may be. */
  private record Dimension(Param<Object> param, List<Values> values) {
    Object draw(SplittableRandom random) {
      return values.get(random.nextInt(values.size())).draw(param, random);
    }
  }

  private sealed interface Values {
    Object draw(Param<Object> param, SplittableRandom random);
  }

  private record Constant(Object value) implements Values {
    @Override
    public Object draw(Param<Object> param, SplittableRandom random) {
      return value;
    }
  }

  private record Range(String kind, double low, double high) implements Values {
    @Override
    public Object draw(Param<Object> param, SplittableRandom random) {
      double share = random.nextDouble();
      double drawn =
          switch (kind) {
            case "log" -> Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)));
            case "int" -> Math.floor(low + share * (high - low + 1.0));
            default -> low + share * (high - low);
          };
      double within = Math.min(high, Math.max(low, rounded(drawn)));
      return isWhole(param) ? number(param, Math.rint(within)) : number(param, within);
    }

    private double rounded(double drawn) {
      if (kind.equals("int") || drawn == 0.0) {
        return drawn;
      }
      double power = Math.pow(10.0, DIGITS - 1.0 - Math.floor(Math.log10(Math.abs(drawn))));
      // By way of the text: a product or quotient is not always the double next to the decimal.
      return Double.parseDouble(
          String.format(Locale.ROOT, "%.3e", Math.rint(drawn * power) / power));
    }
  }

  /**
   * Reads a space.
   *
   * @param estimator whose params are meant
   * @throws IllegalArgumentException if it cannot be read, in a sentence that says what and why
   */
  public static SearchSpace parse(String text, MiniBatchParams<?> estimator) {
    List<Dimension> dimensions = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (String part : split(text, ';')) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "search must name params and their values, such as regParam=log(1e-6, 1), but has "
                + part);
      }
      Param<Object> param = param(part.substring(0, equals).strip(), estimator);
      if (!seen.add(param.name())) {
        throw new IllegalArgumentException("search names " + param.name() + " twice");
      }
      List<Values> values = new ArrayList<>();
      for (String value : split(part.substring(equals + 1), '|')) {
        if (value.isEmpty()) {
          throw new IllegalArgumentException(
              "search gives " + param.name() + " an empty value: write one on both sides of |");
        }
        Values one = values(param, value);
        if (values.contains(one)) {
          throw new IllegalArgumentException(
              "search gives " + param.name() + " the value " + value + " twice");
        }
        values.add(one);
      }
      dimensions.add(new Dimension(param, values));
    }
    if (dimensions.isEmpty()) {
      throw new IllegalArgumentException(
          "search is empty: name params and their values, such as regParam=log(1e-6, 1)");
    }
    return new SearchSpace(dimensions);
  }

  private static Param<Object> param(String name, MiniBatchParams<?> estimator) {
    String found = null;
    for (String known : SEARCHABLE) {
      found = known.equalsIgnoreCase(name) ? known : found;
    }
    if (found == null && estimator.hasParam(name)) {
      throw new IllegalArgumentException(
          "search cannot vary "
              + name
              + ", which all models that train together have in common; it can vary "
              + String.join(", ", SEARCHABLE));
    }
    if (found == null || !estimator.hasParam(found)) {
      throw new IllegalArgumentException(
          "search names " + name + ", which is no param: " + Names.advice(name, SEARCHABLE));
    }
    return estimator.getParam(found);
  }

  private static Values values(Param<Object> param, String text) {
    Matcher range = RANGE.matcher(text);
    if (isNumber(param) && range.matches()) {
      return range(param, text, Names.lower(range.group(1)), range.group(2).split(",", -1));
    }
    Object value;
    try {
      value = constant(param, text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "search gives "
              + param.name()
              + " the value "
              + text
              + ", which is no "
              + (isWhole(param) ? "whole number" : "number")
              + " and no log(a, b), uniform(a, b) or int(a, b)",
          e);
    }
    return new Constant(allowed(param, value));
  }

  private static Object constant(Param<Object> param, String text) {
    if (param instanceof BooleanParam) {
      if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
        throw new IllegalArgumentException(
            "search gives " + param.name() + " the value " + text + ", which is not true or false");
      }
      return Boolean.parseBoolean(text);
    }
    if (isWhole(param)) {
      return number(param, (double) Long.parseLong(text));
    }
    return isNumber(param) ? number(param, Double.parseDouble(text)) : text;
  }

  private static Values range(Param<Object> param, String text, String kind, String[] ends) {
    String form = "search gives " + param.name() + " the values " + text + ", but ";
    double low;
    double high;
    try {
      low = Double.parseDouble(ends[0].strip());
      high = ends.length == 2 ? Double.parseDouble(ends[1].strip()) : Double.NaN;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(form + kind + " takes two numbers", e);
    }
    if (!(low < high) || !Double.isFinite(high - low)) {
      throw new IllegalArgumentException(form + kind + " takes two numbers, the smaller one first");
    }
    if (kind.equals("log") && low <= 0.0) {
      throw new IllegalArgumentException(form + "log takes numbers above 0");
    }
    if ((kind.equals("int") || isWhole(param))
        && (low != Math.rint(low) || high != Math.rint(high))) {
      throw new IllegalArgumentException(form + "these are not whole numbers");
    }
    allowed(param, number(param, low));
    allowed(param, number(param, high));
    return new Range(kind, low, high);
  }

  private static Object allowed(Param<Object> param, Object value) {
    try {
      return new ParamMap().put(param, value).apply(param);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "search gives " + param.name() + " the value " + value + ", but it is: " + param.doc(),
          e);
    }
  }

  private static boolean isWhole(Param<?> param) {
    return param instanceof IntParam || param instanceof LongParam;
  }

  private static boolean isNumber(Param<?> param) {
    return isWhole(param) || param instanceof DoubleParam;
  }

  private static Object number(Param<?> param, double value) {
    if (param instanceof IntParam) {
      if (value != (int) value) {
        throw new NumberFormatException(value + " is no int");
      }
      return (int) value;
    }
    return param instanceof LongParam ? (Object) (long) value : (Object) value;
  }

  /** At the top level: not within brackets, which specs of rules have. */
  private static List<String> split(String text, char at) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth < 0) {
        throw new IllegalArgumentException("search closes a bracket that is not open: " + text);
      }
      if (c == at && depth == 0) {
        parts.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    if (depth > 0) {
      throw new IllegalArgumentException("search leaves a bracket open: " + text);
    }
    parts.add(text.substring(from).strip());
    return parts;
  }

  /** Names of the params that vary, in the order of the text. */
  public List<String> names() {
    return dimensions.stream().map(one -> one.param.name()).toList();
  }

  /** How many points there are; {@link Long#MAX_VALUE} where a param has a range. */
  public long size() {
    long size = 1;
    for (Dimension one : dimensions) {
      if (one.values.stream().anyMatch(Range.class::isInstance)) {
        return Long.MAX_VALUE;
      }
      size = Math.min(Integer.MAX_VALUE, size * one.values.size());
    }
    return size;
  }

  /**
   * Points of the space: all of them if they are few enough, else as many as asked for, drawn by
   * the seed, no two of them the same. Another number of points, with the same seed, begins alike.
   *
   * @param most at least 1
   * @return values by name, each as its param takes it
   */
  public List<Map<String, Object>> points(int most, long seed) {
    long size = size();
    Set<Map<String, Object>> points = new LinkedHashSet<>();
    if (size <= most) {
      for (int i = 0; i < size; i++) {
        points.add(corner(i));
      }
      return List.copyOf(points);
    }
    SplittableRandom random = new SplittableRandom(seed);
    // Whole numbers of a short range can be used up, and then there are fewer points.
    for (long tries = 0; points.size() < most && tries < 1000L * most; tries++) {
      Map<String, Object> point = new LinkedHashMap<>();
      dimensions.forEach(one -> point.put(one.param.name(), one.draw(random)));
      points.add(point);
    }
    return List.copyOf(points);
  }

  /** Of a space of constants: the last param changes fastest. */
  private Map<String, Object> corner(int index) {
    Object[] values = new Object[dimensions.size()];
    int rest = index;
    for (int d = values.length - 1; d >= 0; d--) {
      Dimension one = dimensions.get(d);
      values[d] = ((Constant) one.values.get(rest % one.values.size())).value;
      rest /= one.values.size();
    }
    Map<String, Object> point = new LinkedHashMap<>();
    for (int d = 0; d < values.length; d++) {
      point.put(dimensions.get(d).param.name(), values[d]);
    }
    return point;
  }

  /** A point as an estimator takes it. */
  static ParamMap params(Map<String, Object> point, MiniBatchParams<?> estimator) {
    ParamMap map = new ParamMap();
    point.forEach((name, value) -> map.put(estimator.getParam(name), value));
    return map;
  }
}
