package ravine.resume;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import ravine.checkpoint.CheckpointFormat;
import ravine.checkpoint.Sections;

/**
 * A directory of numbered checkpoints on any of Hadoop's file systems. A file appears whole or not
 * at all: it is written beside its place, brought to the disk, and renamed.
 *
 * <p>On the local file system that is done without Hadoop, which would leave a {@code .crc} file
 * beside each.
 */
public final class CheckpointStore {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{9,18})\\.ravine");
  private static final Pattern UNFINISHED = Pattern.compile("\\.checkpoint-\\d+\\.ravine\\.new");

  private final Path directory;
  private final FileSystem files;

  /**
   * The directory, which need not exist yet.
   *
   * @throws IOException if its file system is not to be reached
   */
  public CheckpointStore(String directory, Configuration configuration) throws IOException {
    this.directory = new Path(directory);
    this.files = this.directory.getFileSystem(configuration);
  }

  /** Numbers of the checkpoints that are there, ascending. */
  public List<Long> numbers() throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (FileStatus status : list()) {
      Matcher name = NAME.matcher(status.getPath().getName());
      if (name.matches()) {
        numbers.add(Long.parseLong(name.group(1)));
      }
    }
    Collections.sort(numbers);
    return numbers;
  }

  private FileStatus[] list() throws IOException {
    try {
      return files.listStatus(directory);
    } catch (FileNotFoundException none) {
      return new FileStatus[0];
    }
  }

  /**
   * Reads one.
   *
   * @throws ravine.checkpoint.CheckpointException if it is torn
   */
  public Sections read(long number) throws IOException {
    return read(files, place(number));
  }

  /**
   * Reads a checkpoint by the path of its file.
   *
   * @throws ravine.checkpoint.CheckpointException if it is torn
   */
  public static Sections readFile(String path, Configuration configuration) throws IOException {
    Path place = new Path(path);
    return read(place.getFileSystem(configuration), place);
  }

  private static Sections read(FileSystem files, Path place) throws IOException {
    long length = files.getFileStatus(place).getLen();
    if (files instanceof LocalFileSystem local) {
      try (InputStream in =
          new BufferedInputStream(Files.newInputStream(local.pathToFile(place).toPath()))) {
        return CheckpointFormat.read(in, length);
      }
    }
    try (InputStream in = new BufferedInputStream(files.open(place))) {
      return CheckpointFormat.read(in, length);
    }
  }

  /** Writes one, in place of what has the number; what is there stays if that fails. */
  public void write(long number, Sections sections) throws IOException {
    write(files, place(number), sections);
  }

  /** Writes a checkpoint as a file of that path, in place of what is there. */
  public static void writeFile(String path, Configuration configuration, Sections sections)
      throws IOException {
    Path place = new Path(path);
    write(place.getFileSystem(configuration), place, sections);
  }

  private static void write(FileSystem files, Path place, Sections sections) throws IOException {
    Path fresh = new Path(place.getParent(), "." + place.getName() + ".new");
    if (files instanceof LocalFileSystem local) {
      writeHere(local.pathToFile(fresh).toPath(), local.pathToFile(place).toPath(), sections);
      return;
    }
    try {
      try (FSDataOutputStream out = files.create(fresh, true)) {
        OutputStream buffered = new BufferedOutputStream(out);
        CheckpointFormat.write(sections, buffered);
        buffered.flush();
        if (out.hasCapability("hsync")) {
          out.hsync();
        }
      }
      if (!files.rename(fresh, place)
          && !(files.delete(place, false) && files.rename(fresh, place))) {
        throw new IOException("cannot rename " + fresh + " to " + place);
      }
    } catch (IOException | RuntimeException e) {
      deleteQuietly(files, fresh, e);
      throw e;
    }
  }

  private static void writeHere(
      java.nio.file.Path fresh, java.nio.file.Path place, Sections sections) throws IOException {
    java.nio.file.Path parent = place.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
        CheckpointFormat.write(sections, out);
        out.flush();
        channel.force(true);
      }
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** What could not be written is not left behind; that this fails too says nothing new. */
  private static void deleteQuietly(FileSystem files, Path path, Exception reason) {
    try {
      files.delete(path, false);
    } catch (IOException again) {
      reason.addSuppressed(again);
    }
  }

  /** Removes one. */
  void remove(long number) throws IOException {
    files.delete(place(number), false);
  }

  /** Removes all but the last few, and what a killed driver has left unfinished. */
  public void keepLast(int many) throws IOException {
    List<Long> numbers = numbers();
    for (int i = 0; i < numbers.size() - many; i++) {
      remove(numbers.get(i));
    }
  }

  /** Removes what a killed driver was in the middle of. */
  public void removeUnfinished() throws IOException {
    for (FileStatus status : list()) {
      if (UNFINISHED.matcher(status.getPath().getName()).matches()) {
        files.delete(status.getPath(), false);
      }
    }
  }

  private Path place(long number) {
    return new Path(directory, String.format(Locale.ROOT, "checkpoint-%09d.ravine", number));
  }

  /** The directory as it was given. */
  @Override
  public String toString() {
    return directory.toString();
  }
}
