package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.LocalCluster;

/** With executors in processes of their own, which can be killed, and messages that are bytes. */
class ResidentClusterTest {
  @Test
  void run_executorsApart_sameBitsAsJobs_alsoAfterALossAndACancel() {
    String output =
        LocalCluster.run(
            ResidentClusterMain.class,
            Map.of(),
            "kinds",
            "training",
            "wide",
            "killed",
            "several",
            "cancelled");
    assertThat(output)
        .contains("kinds true")
        .contains("training true")
        .contains("wide true")
        .contains("killed true")
        .contains("several true")
        .contains("cancelled true");
  }

  /** Three times the cores is common advice; every partition must have a slot all the same. */
  @Test
  void train_defaultParallelismBeyondTheSlots_isResident() {
    String output =
        LocalCluster.run(
            ResidentClusterMain.class, Map.of("spark.default.parallelism", "6"), "parallelism");
    assertThat(output).contains("parallelism true");
  }

  /**
   * Fewer slots than partitions, then enough again; how the gap is bridged depends on its length. A
   * new executor's first task must begin within the timeout, also on a slow machine.
   */
  @Test
  void train_executorGoesAndComesBack_goesOnWithTheSameBits() {
    String output =
        LocalCluster.run(
            ResidentClusterMain.class, Map.of("spark.ravine.resident.timeout", "8s"), "shrinks");
    assertThat(output).contains("shrinks true");
  }

  /** The workers speak through Spark's own RPC, so under its own authentication and encryption. */
  @Test
  void run_authenticatedAndEncrypted_sameBitsAsJobs() {
    String output =
        LocalCluster.run(
            ResidentClusterMain.class,
            Map.of(
                "spark.authenticate", "true",
                "spark.authenticate.secret", "a secret of this test",
                "spark.network.crypto.enabled", "true",
                "spark.io.encryption.enabled", "true"),
            "kinds",
            "training");
    assertThat(output).contains("kinds true").contains("training true");
  }

  /** Five partitions, on two slots first and then on one. */
  @Test
  void train_executorGoesForGood_isResidentOnTheSlotsLeft() {
    String output =
        LocalCluster.run(
            ResidentClusterMain.class, Map.of("spark.ravine.resident.timeout", "5s"), "hosted");
    assertThat(output).contains("hosted true").doesNotContain("one Spark job a step");
  }

  /** The pause is five seconds and an ask takes two at most. */
  @Test
  void run_driverPausesBeyondTheAskTimeout_workersWait() {
    String output =
        LocalCluster.run(
            ResidentClusterMain.class, Map.of("spark.rpc.askTimeout", "10s"), "patient");
    assertThat(output).contains("patient true").doesNotContain("Lost task");
  }

  /**
   * As {@code spark-submit} has it: executors get our classes from the application's jar, in a
   * class loader that their RPC does not know. With messages of classes of our own this would hang.
   */
  @Test
  void run_classesOnlyInAJarOfTheApplication_works(@TempDir Path directory) throws IOException {
    Path jar = directory.resolve("application.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path folder : folders()) {
        addAll(folder, out);
      }
    }
    String others =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Files.isDirectory(Path.of(entry)))
            .collect(Collectors.joining(File.pathSeparator));
    String output =
        LocalCluster.run(
            ResidentClusterMain.class,
            Map.of("spark.jars", jar.toString(), "spark.executor.extraClassPath", others),
            "kinds");
    assertThat(output).contains("kinds true");
  }

  private static List<Path> folders() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(Files::isDirectory)
        .toList();
  }

  private static void addAll(Path folder, JarOutputStream jar) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : files) {
      jar.putNextEntry(new JarEntry(folder.relativize(file).toString().replace('\\', '/')));
      Files.copy(file, jar);
      jar.closeEntry();
    }
  }
}
