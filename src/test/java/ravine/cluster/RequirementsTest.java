package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sentences where Java or Spark is too old, and that such a Java can say them. */
class RequirementsTest {
  private static final int JAVA_8 = 52;

  @ParameterizedTest
  @CsvSource({"17, 3.5.0", "17, 3.5.6", "21, 4.1.0-preview1", "25, 4.3.0", "17, 10.0.0"})
  void unmet_newEnough_isNothing(String java, String spark) {
    assertThat(Requirements.unmet(java, spark)).isNull();
  }

  @Test
  void unmet_versionOfAFork_isNothing() {
    assertThat(Requirements.unmet("17", "")).isNull();
    assertThat(Requirements.unmet("17", "client.18")).isNull();
    assertThat(Requirements.unmet("17", "20251126123456.1")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1.8, 8", "11, 11", "16, 16"})
  void unmet_oldJava_isNamedBeforeSpark(String java, String said) {
    assertThat(Requirements.unmet(java, "2.4.8"))
        .isEqualTo("Ravine needs Java 17 or later, but this is Java " + said + ".");
  }

  @ParameterizedTest
  @CsvSource({"3.4.4", "3.3.0-amzn-1", "2.4.8", "3.0.0-preview2"})
  void unmet_oldSpark_isNamed(String spark) {
    assertThat(Requirements.unmet("17", spark))
        .isEqualTo("Ravine needs Spark 3.5 or later, but this is Spark " + spark + ".");
  }

  @Test
  void unmet_noSpark_saysHowToStart() {
    assertThat(Requirements.unmet("17", null)).contains("spark-submit --class ravine.cli.Ravine");
  }

  @ParameterizedTest
  @CsvSource({
    "4.0.5, true",
    "3.5.6, true",
    "4.1.0, false",
    "4.10.1, false",
    "5.0.0, false",
    "x, false"
  })
  void isBefore_version_comparesNumbers(String spark, boolean before) {
    assertThat(Requirements.isBefore(spark, 4, 1)).isEqualTo(before);
  }

  @Test
  void check_here_findsThisSpark() {
    assertThat(Requirements.hasSpark(3, 5)).isTrue();
    assertThat(Requirements.hasSpark(99, 0)).isFalse();
    assertThatCode(Requirements::check).doesNotThrowAnyException();
    assertThat(Requirements.unmet()).isNull();
  }

  /** With only the class files that Java 8 reads, and without Spark. */
  @Test
  void launcher_onAnOldJava_canSayWhatIsMissing() throws Exception {
    ClassLoader old = new OldJava();
    Class<?> launcher = Class.forName("ravine.cli.Ravine", true, old);
    assertThat(launcher.getClassLoader()).isSameAs(old);
    // Resolves every type that its methods name.
    assertThat(launcher.getDeclaredMethods()).isNotEmpty();
    Class<?> requirements = Class.forName("ravine.cluster.Requirements", true, old);
    Method unmet = requirements.getDeclaredMethod("unmet", String.class, String.class);
    unmet.setAccessible(true);
    assertThat((String) unmet.invoke(null, "1.8", null)).contains("but this is Java 8");
    assertThat((String) requirements.getMethod("unmet").invoke(null)).contains("no Spark");
  }

  /** Defines our classes itself, as a Java 8 would, and knows no others but Java's own. */
  private static final class OldJava extends ClassLoader {
    OldJava() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      if (!name.startsWith("ravine.")) {
        throw new ClassNotFoundException(name);
      }
      try (InputStream in = RequirementsTest.class.getClassLoader().getResourceAsStream(file)) {
        byte[] bytes = in.readAllBytes();
        int major = (bytes[6] & 0xff) << 8 | (bytes[7] & 0xff);
        if (major > JAVA_8) {
          throw new UnsupportedClassVersionError(name + " has version " + major);
        }
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
