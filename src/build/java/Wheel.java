import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes the Python wheel of a jar: the Python sources that the jar carries, the jar itself, and the
 * three files of metadata that PEP 427 asks for. Maven runs it in the phase "package", so that a
 * build needs no Python; the same jar gives the same wheel, byte for byte.
 *
 * <p>Run by {@code java src/build/java/Wheel.java JAR POM_VERSION METADATA LICENSE FOLDER}.
 */
final class Wheel {
  private static final LocalDateTime MADE = LocalDateTime.of(2025, 1, 1, 0, 0);
  private static final String TAG = "py3-none-any";

  private final Map<String, byte[]> files = new TreeMap<>();
  private final String version;
  private final String info;

  private Wheel(String pomVersion) {
    // PEP 440's spelling of a snapshot, as in src/main/python/ravine/_version.py.
    version = pomVersion.replace("-SNAPSHOT", ".dev0");
    info = "ravine_spark-" + version + ".dist-info/";
  }

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Wheel wheel = new Wheel(arguments[1]);
    wheel.addSources(jar);
    wheel.files.put("ravine/jars/" + jar.getFileName(), Files.readAllBytes(jar));
    String metadata = Files.readString(Path.of(arguments[2]));
    wheel.add("METADATA", metadata.replace("${version}", wheel.version));
    wheel.add("LICENSE", Files.readString(Path.of(arguments[3])));
    wheel.add(
        "WHEEL",
        "Wheel-Version: 1.0\nGenerator: ravine\nRoot-Is-Purelib: true\nTag: " + TAG + "\n");
    wheel.add("RECORD", wheel.record());
    String name = "ravine_spark-" + wheel.version + "-" + TAG + ".whl";
    Files.write(Path.of(arguments[4]).resolve(name), wheel.bytes());
  }

  private void addSources(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (entry.getName().matches("ravine/(.*\\.pyi?|py\\.typed)")) {
          files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
        }
      }
    }
    if (!files.containsKey("ravine/__init__.py")) {
      throw new IllegalStateException(jar + " carries no Python sources");
    }
  }

  private void add(String name, String text) {
    files.put(info + name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** One line a file: path, SHA-256, length; of RECORD itself only the path. */
  private String record() {
    StringBuilder lines = new StringBuilder();
    files.forEach(
        (name, bytes) ->
            lines.append(name + ",sha256=" + digest(bytes) + "," + bytes.length + "\n"));
    return lines + info + "RECORD,,\n";
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java has SHA-256", e);
    }
  }

  private byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(MADE);
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
