package ravine.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The oldest Java and Spark that this jar runs on. Compiled for Java 8, so that an older Java says
 * a sentence, too, and not {@code UnsupportedClassVersionError}; it must use no other class of
 * ours.
 */
public final class Requirements {
  private static final int JAVA = 17;
  private static final int SPARK_MAJOR = 3;
  private static final int SPARK_MINOR = 5;
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  private Requirements() {}

  /**
   * Does nothing where this JVM and its Spark are new enough.
   *
   * @throws IllegalStateException in one sentence, if one of them is not
   */
  public static void check() {
    String unmet = unmet();
    if (unmet != null) {
      throw new IllegalStateException(unmet);
    }
  }

  /** What this JVM lacks, in one sentence; null where it lacks nothing. */
  public static @Nullable String unmet() {
    return unmet(System.getProperty("java.specification.version"), spark());
  }

  /**
   * What such a JVM would lack. A version that is not written as numbers is taken to be new enough:
   * the makers of a fork know better.
   *
   * @param java {@code java.specification.version}: 1.8, 11, 17
   * @param spark the version of Spark, null where there is none
   */
  static @Nullable String unmet(String java, @Nullable String spark) {
    String feature = java.startsWith("1.") ? java.substring(2) : java;
    if (feature.matches("\\d{1,4}") && Integer.parseInt(feature) < JAVA) {
      return "Ravine needs Java " + JAVA + " or later, but this is Java " + feature + ".";
    }
    if (spark == null) {
      return "There is no Spark: run spark-submit --class ravine.cli.Ravine with this jar.";
    }
    if (isBefore(spark, SPARK_MAJOR, SPARK_MINOR)) {
      return "Ravine needs Spark "
          + SPARK_MAJOR
          + "."
          + SPARK_MINOR
          + " or later, but this is Spark "
          + spark
          + ".";
    }
    return null;
  }

  /** Whether there is a Spark of that version or a later one, as which that of a fork counts. */
  public static boolean hasSpark(int major, int minor) {
    String spark = spark();
    return spark != null && !isBefore(spark, major, minor);
  }

  static boolean isBefore(String spark, int major, int minor) {
    Matcher version = VERSION.matcher(spark);
    if (!version.matches() || (version.group(1) + version.group(2)).length() > 8) {
      return false;
    }
    int found = Integer.parseInt(version.group(1));
    return found < major || (found == major && Integer.parseInt(version.group(2)) < minor);
  }

  /** {@code org.apache.spark.SPARK_VERSION}, the same member since Spark 2. */
  private static @Nullable String spark() {
    try {
      Class<?> type = Class.forName("org.apache.spark.package$");
      Object all = type.getField("MODULE$").get(null);
      return String.valueOf(type.getMethod("SPARK_VERSION").invoke(all));
    } catch (ClassNotFoundException e) {
      return null;
    } catch (ReflectiveOperationException | LinkageError e) {
      // There is a Spark, but it does not say which: we try.
      return "";
    }
  }
}
