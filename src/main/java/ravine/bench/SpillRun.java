package ravine.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import ravine.engine.StepRecord;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.mllib.MiniBatchOptimizer;

/**
 * One side of {@link Spill}, in a JVM of its own with a heap of its own: trains on rows that are
 * generated and never cached by itself, and writes what a pass took to a file, as JSON.
 */
final class SpillRun extends SparkListener implements TrainingListener {
  /** Our passes, of which the first half is not counted. */
  private static final int PASSES = 8;

  /** Iterations of stock's L-BFGS; each is a pass or more. */
  private static final int ITERATIONS = 3;

  /** The step after which files are read, when all packed rows are where they stay. */
  private static final int READ_AFTER = 3;

  private static final int BUFFER = 4 * 1024 * 1024;

  private final int threads;
  private final List<Double> jobs = new ArrayList<>();
  private long jobStart;
  private long fileBytes;
  private double readSeconds;

  private SpillRun(int threads) {
    this.threads = threads;
  }

  /**
   * Runs one side.
   *
   * @param args ours or stock, rows, features, seed, threads, file
   */
  public static void main(String[] args) throws IOException {
    GeneratedRows data =
        new GeneratedRows(
            GeneratedRows.Shape.UNIFORM, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    long seed = Long.parseLong(args[3]);
    int threads = Integer.parseInt(args[4]);
    SparkConf conf =
        new SparkConf()
            .setMaster("local[" + threads + "]")
            .setAppName("ravine bench spill")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.ui.enabled", "false");
    SparkSession session = SparkSession.builder().config(conf).getOrCreate();
    session.sparkContext().setLogLevel("ERROR");
    SpillRun run = new SpillRun(threads);
    ObjectNode figures = new ObjectMapper().createObjectNode();
    long start = System.nanoTime();
    double[] passes =
        args[0].equals("ours") ? run.ours(session, data, seed) : run.stock(session, data, seed);
    figures.put("seconds", (System.nanoTime() - start) / 1e9);
    figures.put("passSeconds", Spread.median(passes));
    figures.put("fileBytes", run.fileBytes);
    figures.put("readSeconds", run.readSeconds);
    session.stop();
    Files.writeString(Path.of(args[5]), figures.toString());
  }

  /** Seconds of each counted pass. */
  private double[] ours(SparkSession session, GeneratedRows data, long seed) {
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(new LogisticGradient())
            .setRule("momentum")
            .setStepSize(1e-3)
            .setSchedule("constant")
            .setMiniBatchFraction(1.0)
            .setNumIterations(PASSES)
            .setListener(this);
    optimizer.optimize(data.mllib(session, seed).rdd(), Vectors.zeros(data.features()));
    TrainingResult result = optimizer.lastTrainingResult();
    if (result == null) {
      throw new IllegalStateException("optimize leaves a result");
    }
    return result.steps().stream()
        .skip(PASSES / 2)
        .mapToDouble(step -> step.computeSeconds() + step.exchangeSeconds() + step.driverSeconds())
        .toArray();
  }

  @Override
  public boolean onStep(StepRecord step) {
    if (step.step() == READ_AFTER) {
      readFiles();
    }
    return true;
  }

  /**
   * Reads the files of the packed rows as fast as it goes, by as many threads as there are tasks.
   */
  private void readFiles() {
    List<Path> files = new ArrayList<>();
    for (File directory : SparkEnv.get().blockManager().diskBlockManager().localDirs()) {
      try (Stream<Path> all = Files.walk(directory.toPath())) {
        all.filter(path -> path.getFileName().toString().startsWith("rdd_")).forEach(files::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    for (Path file : files) {
      fileBytes += file.toFile().length();
    }
    files.sort(null);
    AtomicInteger next = new AtomicInteger();
    ExecutorService readers = Executors.newFixedThreadPool(threads);
    long start = System.nanoTime();
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        ends.add(readers.submit(() -> read(files, next)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("Reading the files of packed rows failed", e);
    } finally {
      readers.shutdown();
    }
    readSeconds = (System.nanoTime() - start) / 1e9;
  }

  private static void read(List<Path> files, AtomicInteger next) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
      try (FileChannel channel = FileChannel.open(files.get(i), StandardOpenOption.READ)) {
        while (channel.read(buffer.clear()) >= 0) {
          // Nothing is done with it.
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Seconds of each of the last jobs, which are passes of L-BFGS. */
  private double[] stock(SparkSession session, GeneratedRows data, long seed) {
    session.sparkContext().addSparkListener(this);
    var unused =
        new LogisticRegression()
            .setMaxIter(ITERATIONS)
            .setTol(0.0)
            .fit(data.frame(session, seed))
            .coefficientMatrix();
    synchronized (this) {
      return jobs.stream()
          .skip(Math.max(0, jobs.size() - ITERATIONS))
          .mapToDouble(seconds -> seconds)
          .toArray();
    }
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart event) {
    jobStart = event.time();
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd event) {
    jobs.add((event.time() - jobStart) / 1e3);
  }
}
