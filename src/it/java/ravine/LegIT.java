package ravine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import ravine.rule.UpdateRule;

/** That the leg tests what it says: this Spark, this Scala, and the jar as it is published. */
class LegIT {
  private static final int JAVA_17 = 61;
  private static final int JAVA_8 = 52;

  /** What tells an older Java that it is too old. */
  private static final Set<String> FOR_OLD_JAVA =
      Set.of("ravine/cli/Ravine.class", "ravine/cluster/Requirements.class");

  @Test
  void versions_areTheLegs() {
    assertThat(org.apache.spark.package$.MODULE$.SPARK_VERSION())
        .isEqualTo(System.getProperty("ravine.leg.spark"));
    assertThat(scala.util.Properties.versionNumberString())
        .isEqualTo(System.getProperty("ravine.leg.scala"));
  }

  @Test
  void jar_holdsOnlyRavine() throws IOException {
    List<String> foreign = new ArrayList<>();
    try (JarFile jar = new JarFile(jar().toFile())) {
      jar.stream()
          .map(JarEntry::getName)
          .filter(name -> !name.endsWith("/"))
          .filter(name -> !name.startsWith("ravine/") && !isExpectedMetadata(name))
          .forEach(foreign::add);
    }
    assertThat(foreign).isEmpty();
  }

  /** No logging configuration, no signatures, no services or modules of shaded libraries. */
  private static boolean isExpectedMetadata(String name) {
    return name.equals("META-INF/MANIFEST.MF")
        || name.equals("META-INF/LICENSE")
        || name.equals("META-INF/NOTICE")
        || name.startsWith("META-INF/services/org.apache.spark.");
  }

  @Test
  void jar_isJava17Bytecode_butForWhatSaysSo() throws IOException {
    try (JarFile jar = new JarFile(jar().toFile())) {
      for (JarEntry entry : jar.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        byte[] head = jar.getInputStream(entry).readNBytes(8);
        int major = (head[6] & 0xff) << 8 | (head[7] & 0xff);
        if (entry.getName().startsWith("ravine/shaded/")) {
          assertThat(major).as(entry.getName()).isLessThanOrEqualTo(JAVA_17);
        } else {
          assertThat(major)
              .as(entry.getName())
              .isEqualTo(FOR_OLD_JAVA.contains(entry.getName()) ? JAVA_8 : JAVA_17);
        }
      }
    }
  }

  /** What the module system makes of it: a name that stays, and no package that it would refuse. */
  @Test
  void jar_isAnAutomaticModule() {
    ModuleFinder found = ModuleFinder.of(jar());
    assertThat(found.find("ravine.spark")).isPresent();
    assertThat(found.find("ravine.spark").orElseThrow().descriptor().isAutomatic()).isTrue();
  }

  @Test
  void publishedPom_hasNoRunTimeDependency() throws Exception {
    NodeList dependencies =
        (NodeList)
            javax.xml.xpath.XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                    "/project/dependencies/dependency",
                    DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(jar().resolveSibling("dependency-reduced-pom.xml").toFile()),
                    javax.xml.xpath.XPathConstants.NODESET);
    assertThat(dependencies.getLength()).isPositive();
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      NodeList scope = dependency.getElementsByTagName("scope");
      assertThat(scope.getLength()).as(dependency.getTextContent()).isEqualTo(1);
      assertThat(scope.item(0).getTextContent()).isIn("provided", "test");
    }
  }

  private static Path jar() {
    Path jar =
        Path.of(UpdateRule.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    assertThat(jar.getFileName().toString()).startsWith("ravine-spark-").endsWith(".jar");
    return jar;
  }
}
