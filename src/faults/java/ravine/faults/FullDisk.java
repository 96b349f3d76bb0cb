package ravine.faults;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** The local file system as {@code full:}, on which so many bytes can be written and no more. */
public final class FullDisk extends RawLocalFileSystem {
  /** Bytes that can still be written. */
  static final AtomicLong FREE = new AtomicLong();

  /** With public no-argument constructor, as Hadoop wants it. */
  public FullDisk() {}

  @Override
  public URI getUri() {
    return URI.create("full:///");
  }

  @Override
  public String getScheme() {
    return "full";
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return new FSDataOutputStream(
        new Bounded(
            super.create(path, overwrite, bufferSize, replication, blockSize, progress)
                .getWrappedStream()),
        null);
  }

  private static final class Bounded extends FilterOutputStream {
    Bounded(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      long free = FREE.addAndGet(-length);
      if (free < 0) {
        out.write(bytes, offset, (int) Math.max(0, length + free));
        FREE.set(0);
        Fits.say("full");
        throw new IOException("No space left on device");
      }
      out.write(bytes, offset, length);
    }
  }
}
