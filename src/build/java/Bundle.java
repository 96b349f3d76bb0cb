import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Stages a release in {@code target/release}: the bundle that Maven Central's portal takes, in
 * {@code maven-central}, and the wheel for PyPI, in {@code pypi}. The bundle is a zip in the layout
 * of a repository: the jars, the pom and the SBOM, each with its signature, where the build was
 * asked to sign, and with the four checksums. Nothing is sent anywhere.
 *
 * <p>What Maven Central would refuse is refused here, in one sentence; a rehearsal only says it.
 *
 * <p>Run by {@code java src/build/java/Bundle.java GROUP ARTIFACT VERSION FOLDER REHEARSAL}.
 */
final class Bundle {
  private static final LocalDateTime MADE = LocalDateTime.of(2025, 1, 1, 0, 0);
  private static final Map<String, String> CHECKSUMS =
      Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256", "sha512", "SHA-512");
  private static final List<String> ASKED_OF_THE_POM =
      List.of("name", "description", "url", "licenses", "developers", "scm");

  private final Path target;
  private final String stem;
  private final String version;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final List<String> lacking = new ArrayList<>();

  private Bundle(Path target, String artifact, String version) {
    this.target = target;
    this.version = version;
    this.stem = artifact + "-" + version;
  }

  public static void main(String[] arguments) throws IOException {
    Bundle bundle = new Bundle(Path.of(arguments[3]), arguments[1], arguments[2]);
    boolean rehearsal = Boolean.parseBoolean(arguments[4]);
    bundle.collect();
    if (!bundle.lacking.isEmpty()) {
      String sentence = "Maven Central would refuse this: " + String.join("; ", bundle.lacking);
      if (!rehearsal) {
        System.err.println(sentence + ".");
        System.exit(1);
      }
      System.out.println("Rehearsal. " + sentence + ".");
    }
    Path release = bundle.target.resolve("release");
    String folder = arguments[0].replace('.', '/') + "/" + arguments[1] + "/" + arguments[2] + "/";
    bundle.write(release.resolve("maven-central"), folder);
    bundle.copyWheel(release.resolve("pypi"));
  }

  private void collect() throws IOException {
    if (version.endsWith("-SNAPSHOT")) {
      lacking.add("the version " + version + " is a snapshot");
    }
    Path pom = target.resolve("dependency-reduced-pom.xml");
    String text = Files.readString(pom);
    // Only what stands at the first level is the project's own.
    for (String element : ASKED_OF_THE_POM) {
      if (!text.contains("\n  <" + element + ">")) {
        lacking.add("the pom has no <" + element + ">");
      }
    }
    add(stem + ".pom", pom);
    for (String end : List.of(".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")) {
      add(stem + end, target.resolve(stem + end));
    }
  }

  private void add(String name, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      lacking.add("there is no " + file.getFileName());
      return;
    }
    files.put(name, Files.readAllBytes(file));
    Optional<Path> signature = signature(name + ".asc");
    if (signature.isEmpty()) {
      lacking.add(name + " is not signed");
    } else {
      files.put(name + ".asc", Files.readAllBytes(signature.get()));
    }
  }

  /** Maven's GPG plug-in keeps them beside what they sign, or in a tree of its own. */
  private Optional<Path> signature(String name) throws IOException {
    Path beside = target.resolve(name);
    if (Files.isRegularFile(beside)) {
      return Optional.of(beside);
    }
    Path folder = target.resolve("gpg");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(path -> path.getFileName().toString().equals(name)).findFirst();
    }
  }

  private void write(Path to, String folder) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      entries.put(file.getKey(), file.getValue());
      if (!file.getKey().endsWith(".asc")) {
        CHECKSUMS.forEach(
            (end, algorithm) ->
                entries.put(file.getKey() + "." + end, checksum(algorithm, file.getValue())));
      }
    }
    Files.createDirectories(to);
    try (OutputStream out = Files.newOutputStream(to.resolve(stem + "-bundle.zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry place = new ZipEntry(folder + entry.getKey());
        place.setTimeLocal(MADE);
        zip.putNextEntry(place);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
  }

  private void copyWheel(Path to) throws IOException {
    Files.createDirectories(to);
    // PEP 440's spelling, as in Wheel.java.
    String name = "ravine_spark-" + version.replace("-SNAPSHOT", ".dev0") + "-py3-none-any.whl";
    Files.copy(target.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] checksum(String algorithm, byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(bytes);
      return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java has " + algorithm, e);
    }
  }
}
