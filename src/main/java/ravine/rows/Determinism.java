package ravine.rows;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the bits of a training depend on besides rows, options and seed.
 *
 * @param shards 0 where also on the partitions that rows come in; else into how many shards they
 *     are dealt by content, whatever partitions, executors and cores there are
 */
public record Determinism(int shards) {
  /** On the partitions that rows come in, and how many tasks can run at once. */
  public static final Determinism PARTITIONING = new Determinism(0);

  private static final String LOOSE = "partitioning";
  private static final String STRICT = "strict";

  /** So many tasks can work at once; each shard costs a message a step. */
  private static final int DEFAULT_SHARDS = 32;

  private static final int MOST_SHARDS = 4096;
  private static final Pattern SHARDS = Pattern.compile(STRICT + "\\(\\s*(\\d{1,9})\\s*\\)");

  /**
   * As users write it: {@code partitioning}, {@code strict} or {@code strict(64)}.
   *
   * @throws IllegalArgumentException if it is none of these, or there are no shards or more than
   *     {@value #MOST_SHARDS}
   */
  public static Determinism of(String text) {
    Matcher counted = SHARDS.matcher(text);
    if (counted.matches()) {
      int shards = Integer.parseInt(counted.group(1));
      if (shards < 1 || shards > MOST_SHARDS) {
        throw new IllegalArgumentException(
            "deterministic=strict takes 1 to " + MOST_SHARDS + " shards, but was " + text);
      }
      return new Determinism(shards);
    }
    return switch (text) {
      case LOOSE -> PARTITIONING;
      case STRICT -> new Determinism(DEFAULT_SHARDS);
      default ->
          throw new IllegalArgumentException(
              "deterministic must be partitioning, strict or strict(shards), but was '"
                  + text
                  + "'");
    };
  }

  /** Whether rows are dealt by content. */
  public boolean isStrict() {
    return shards > 0;
  }

  @Override
  public String toString() {
    return isStrict() ? STRICT + "(" + shards + ")" : LOOSE;
  }
}
