package ravine.resume;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk as a file system {@code full:} that is not Hadoop's local one and can be full: a
 * file that is written then breaks off after a few bytes.
 */
public final class FullDisk extends RawLocalFileSystem {
  static final int BYTES = 16;

  /** Whether it is full now. */
  static volatile boolean full;

  /** With that file system, which is not full. */
  static Configuration configuration() {
    full = false;
    Configuration configuration = new Configuration(false);
    configuration.set("fs.full.impl", FullDisk.class.getName());
    return configuration;
  }

  @Override
  public URI getUri() {
    return URI.create("full:///");
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
    FSDataOutputStream whole =
        super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    return full ? new FSDataOutputStream(new Breaking(whole), null) : whole;
  }

  private static final class Breaking extends FilterOutputStream {
    private int left = BYTES;

    Breaking(FSDataOutputStream whole) {
      super(whole);
    }

    @Override
    public void write(int octet) throws IOException {
      if (left-- <= 0) {
        throw new IOException("No space left on device");
      }
      out.write(octet);
    }
  }
}
