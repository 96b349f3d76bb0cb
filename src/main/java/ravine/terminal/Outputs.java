package ravine.terminal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files and directories that appear complete or not at all: written beside, then renamed. */
public final class Outputs {
  /** Writes a directory that does not exist yet. */
  @FunctionalInterface
  public interface DirectoryWriter {
    void write(String path) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Outputs.class);
  private static final String OLD = "old";

  private final Configuration configuration;

  public Outputs(SparkSession session) {
    this.configuration = session.sparkContext().hadoopConfiguration();
  }

  /**
   * Refuses a place that is taken, before any work is done. Even {@code --overwrite} replaces only
   * what Spark has written, never a directory of other things.
   */
  public void requireFree(String option, String path, boolean overwrite) {
    try {
      Path place = new Path(path);
      FileSystem files = place.getFileSystem(configuration);
      putBack(files, place);
      if (!files.exists(place)) {
        return;
      }
      if (!overwrite) {
        throw Failure.usage(
            option + " " + path + " exists; add --overwrite to replace it, or name another place.");
      }
      if (!isOfSpark(files, place)) {
        throw Failure.usage(
            option
                + " "
                + path
                + " exists and holds other things than Spark's output, so --overwrite leaves it"
                + " alone; remove it yourself, or name another place.");
      }
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.usage("Cannot write to " + path + ": " + Sentences.of(e) + ".").because(e);
    }
  }

  /**
   * Refuses a place that cannot be written, before any work is done: a file is made and removed
   * beside it, or in the nearest directory above that is there.
   */
  public void requireWritable(String option, String path) {
    try {
      Path place = new Path(path);
      FileSystem files = place.getFileSystem(configuration);
      Path above = new Path(files.makeQualified(place).toUri()).getParent();
      while (above != null && !files.exists(above)) {
        above = above.getParent();
      }
      Path probe = new Path(above == null ? new Path("/") : above, beside(place, "new").getName());
      if (files instanceof LocalFileSystem local) {
        java.nio.file.Path file = local.pathToFile(probe).toPath();
        Files.createFile(file);
        Files.delete(file);
      } else {
        files.create(probe, false).close();
        files.delete(probe, false);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.usage(option + " " + path + " cannot be written: " + Sentences.of(e) + ".")
          .because(e);
    }
  }

  /** The same of a file, whose place must not be a directory. */
  public void requireFile(String option, @Nullable String path) {
    if (path == null) {
      return;
    }
    requireWritable(option, path);
    try {
      Path place = new Path(path);
      FileSystem files = place.getFileSystem(configuration);
      if (files.exists(place) && files.getFileStatus(place).isDirectory()) {
        throw Failure.usage(option + " " + path + " is a directory; name a file.");
      }
    } catch (IOException e) {
      throw Failure.usage(option + " " + path + " cannot be written: " + Sentences.of(e) + ".")
          .because(e);
    }
  }

  /** Between the two renames of a swap nothing is in the place, and a process may die there. */
  private static void putBack(FileSystem files, Path place) throws IOException {
    Path aside = movedAside(files, place);
    if (aside != null) {
      rename(files, aside, place);
      LOG.warn("{} had been moved aside by a command that died; it is back in its place.", place);
    }
  }

  /** What a swap that was not finished has left of a place where nothing is; null for nothing. */
  public @Nullable String movedAside(String path) {
    try {
      Path place = new Path(path);
      Path aside = movedAside(place.getFileSystem(configuration), place);
      return aside == null ? null : aside.toString();
    } catch (IOException | IllegalArgumentException unreadable) {
      LOG.debug("Nothing is known of {}", path, unreadable);
      return null;
    }
  }

  private static @Nullable Path movedAside(FileSystem files, Path place) throws IOException {
    if (place.isRoot() || files.exists(place)) {
      return null;
    }
    Pattern name =
        Pattern.compile(
            "\\." + Pattern.quote(place.getName()) + "\\.[0-9a-f-]{36}\\." + Pattern.quote(OLD));
    FileStatus newest = null;
    try {
      for (FileStatus status : files.listStatus(beside(place, OLD).getParent())) {
        boolean later =
            newest == null || status.getModificationTime() > newest.getModificationTime();
        if (later && name.matcher(status.getPath().getName()).matches()) {
          newest = status;
        }
      }
    } catch (FileNotFoundException noParent) {
      return null;
    }
    return newest == null ? null : newest.getPath();
  }

  private static boolean isOfSpark(FileSystem files, Path place) throws IOException {
    if (!files.getFileStatus(place).isDirectory()) {
      return false;
    }
    for (FileStatus status : files.listStatus(place)) {
      String name = status.getPath().getName();
      if (name.equals("metadata") || name.equals("_SUCCESS") || name.startsWith("part-")) {
        return true;
      }
    }
    return files.listStatus(place).length == 0;
  }

  /** Writes a directory beside its place and moves it there; an existing one goes last. */
  public void directory(String path, DirectoryWriter writer) throws IOException {
    Path place = new Path(path);
    FileSystem files = place.getFileSystem(configuration);
    Path fresh = beside(place, "new");
    try {
      writer.write(fresh.toString());
      replace(files, fresh, place, true);
    } finally {
      if (files.exists(fresh)) {
        files.delete(fresh, true);
      }
    }
  }

  /** Writes a file beside its place and moves it there, over an existing one. */
  public void file(String path, byte[] content) throws IOException {
    Path place = new Path(path);
    FileSystem files = place.getFileSystem(configuration);
    Path fresh = beside(place, "new");
    if (files instanceof LocalFileSystem local) {
      // Not through Hadoop, which leaves a .crc file beside each file.
      java.nio.file.Path target = local.pathToFile(place).toPath();
      java.nio.file.Path temporary = local.pathToFile(fresh).toPath();
      java.nio.file.Path parent = target.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      try {
        Files.write(temporary, content);
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
      return;
    }
    try {
      try (OutputStream stream = files.create(fresh, true)) {
        stream.write(content);
      }
      replace(files, fresh, place, false);
    } finally {
      if (files.exists(fresh)) {
        files.delete(fresh, false);
      }
    }
  }

  /** Moves what is new to its place; what was there goes last, and comes back when that fails. */
  private static void replace(FileSystem files, Path fresh, Path place, boolean recursive)
      throws IOException {
    Path old = beside(place, OLD);
    boolean replaces = files.exists(place);
    if (replaces) {
      rename(files, place, old);
    }
    try {
      rename(files, fresh, place);
    } catch (IOException | RuntimeException e) {
      if (replaces) {
        putBack(files, old, place, e);
      }
      throw e;
    }
    if (replaces) {
      files.delete(old, recursive);
    }
  }

  private static void putBack(FileSystem files, Path old, Path place, Exception why)
      throws IOException {
    try {
      rename(files, old, place);
    } catch (IOException | RuntimeException e) {
      IOException lost =
          new IOException("cannot put back what was in " + place + ": it is kept in " + old, e);
      lost.addSuppressed(why);
      throw lost;
    }
  }

  private static void rename(FileSystem files, Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }

  private static Path beside(Path place, String suffix) {
    String name = "." + place.getName() + "." + UUID.randomUUID() + "." + suffix;
    return place.getParent() == null ? new Path(".", name) : new Path(place.getParent(), name);
  }
}
