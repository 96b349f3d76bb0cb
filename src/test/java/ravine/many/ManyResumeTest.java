package ravine.many;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.engine.NoiseReduction;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.loss.Logistic;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.resume.CheckpointPlan;
import ravine.resume.Resume;
import ravine.rows.ColumnStats;
import ravine.rows.RowView;
import ravine.spec.Specs;
import ravine.validation.ValidationMetric;

/** Several models that are lost together and go on: each is the undisturbed one to the bit. */
class ManyResumeTest extends SparkTestBase {
  private static final double[] PATH = {0.3, 0.1, 0.03, 0.01};

  @TempDir private Path folder;

  /** The driver is lost: thrown out of a listener, so that nothing after it is done. */
  private static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Problem problem(double regParam) {
    Problem own = EngineFixtures.problem(new Logistic());
    return Problem.of(new Logistic(), own.coordinates(), new L2(regParam), own.initial());
  }

  private static TrainerOptions.Builder options(String optimizer) {
    return TrainerOptions.builder(Specs.optimizer(optimizer)).maxPasses(5).tol(1e-9);
  }

  /** Each with its directory, if there are any. */
  private static final class Models {
    private final TrainingData data;
    private UnaryOperator<TrainerOptions.Builder> how;
    private final List<MultiTrainer.Model> all = new ArrayList<>();

    Models(TrainingData data, UnaryOperator<TrainerOptions.Builder> how) {
      this.data = data;
      this.how = how;
    }

    int add(TrainingData rows, double regParam, TrainerOptions.Builder options, int after) {
      TrainerOptions stated = how.apply(options).build();
      CheckpointPlan plan = stated.checkpoints();
      TrainerOptions own =
          plan == null
              ? stated
              : stated.toBuilder().checkpoints(plan.of("model-" + all.size())).build();
      MultiTrainer.After start =
          after < 0 ? null : new MultiTrainer.After(after, weights -> weights);
      all.add(new MultiTrainer.Model(rows, problem(regParam), own, start));
      return all.size() - 1;
    }

    /** A path of penalties with two folds each: every one after a neighbour or all rows. */
    Models path() {
      List<RowView> views = List.of(RowView.without(0, 2, 7L), RowView.without(1, 2, 7L));
      List<ColumnStats> stats = data.packedRows().stats(views);
      int before = -1;
      for (double regParam : PATH) {
        before = add(data, regParam, options("nesterov").maxPasses(40), before);
        for (int f = 0; f < views.size(); f++) {
          TrainingData others = data.of(views.get(f), stats.get(f));
          add(others, regParam, options("nesterov").maxPasses(40), before);
        }
      }
      return this;
    }

    Models miniBatches() {
      for (double regParam : PATH) {
        add(data, regParam, options("adam").batchSize(30), -1);
      }
      add(data, 0.1, options("momentum(0.8)").batchSize(50).stepSize(0.05), -1);
      add(data, 0.1, options("sgd").batchSize(40).noiseReduction(NoiseReduction.SVRG), -1);
      return this;
    }

    /** Of mini-batches and, last, of whole ones, which run to their end before the first rung. */
    Models rates() {
      for (double stepSize : new double[] {1e-3, 0.1, 0.01, 0.03, 1.0, 3e-3}) {
        add(data, 0.01, options("adam").batchSize(30).stepSize(stepSize).maxPasses(8), -1);
      }
      add(data, 0.3, options("nesterov"), -1);
      return this;
    }

    /** With a word on how far each came. */
    List<String> climb() {
      Rungs rungs =
          new Rungs(
              all.size(),
              List.of(new Rungs.Rung(2, 4), new Rungs.Rung(4, 2)),
              ValidationMetric.LOG_LOSS,
              (rung, came, best) -> {});
      List<String> bits = new ArrayList<>();
      for (MultiTrainer.Trained one :
          MultiTrainer.train(data, all, ValidationMetric.LOG_LOSS, rungs)) {
        int model = bits.size();
        bits.add(rungs.survived(model) + " " + rungs.best(model) + " " + bits(one.result()));
      }
      return bits;
    }

    List<String> train(int most) {
      List<String> bits = new ArrayList<>();
      for (MultiTrainer.Trained one :
          MultiTrainer.train(data, all, ValidationMetric.LOG_LOSS, most)) {
        bits.add(bits(one.result()) + " " + one.held());
      }
      return bits;
    }
  }

  private static String bits(TrainingResult result) {
    return result.stopReason()
        + " "
        + result.way()
        + " "
        + result.certificate()
        + " "
        + EngineFixtures.stepBits(result);
  }

  private CheckpointPlan plan(Resume resume) {
    return new CheckpointPlan(folder.toString(), CheckpointPlan.Interval.of("1"), resume);
  }

  /** All of them are lost after that many steps and passes of theirs together. */
  private static TrainingListener losing(int after) {
    AtomicInteger left = new AtomicInteger(after);
    return new TrainingListener() {
      @Override
      public boolean onStep(StepRecord step) {
        return go();
      }

      @Override
      public boolean onPass(PassRecord pass) {
        return go();
      }

      private boolean go() {
        if (left.decrementAndGet() < 0) {
          throw new Lost();
        }
        return true;
      }
    };
  }

  private void lose(
      TrainingData data, UnaryOperator<Models> which, EngineKind engine, int after, int most) {
    TrainingListener losing = losing(after);
    Models models =
        which.apply(
            new Models(
                data, own -> own.engine(engine).checkpoints(plan(Resume.AUTO)).listener(losing)));
    assertThatThrownBy(() -> models.train(most)).isInstanceOf(Lost.class);
  }

  private Models resumed(TrainingData data, UnaryOperator<Models> which, EngineKind engine) {
    return which.apply(new Models(data, own -> own.engine(engine).checkpoints(plan(Resume.MUST))));
  }

  @ParameterizedTest
  @CsvSource({"JOBS,5,128", "RESIDENT,12,128", "RESIDENT,21,2", "RESIDENT,30,128"})
  void train_pathWithFoldsThatWasLost_isUndisturbedToTheBit(EngineKind engine, int lost, int most) {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2)) {
      List<String> undisturbed = new Models(data, own -> own.engine(engine)).path().train(most);
      lose(data, Models::path, engine, lost, most);
      assertThat(resumed(data, Models::path, engine).train(most)).isEqualTo(undisturbed);
    }
  }

  @ParameterizedTest
  @CsvSource({"JOBS,40,128", "RESIDENT,1,128", "RESIDENT,111,128", "RESIDENT,200,2"})
  void train_miniBatchesThatWereLost_areUndisturbedToTheBit(EngineKind engine, int lost, int most) {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      List<String> undisturbed =
          new Models(data, own -> own.engine(engine)).miniBatches().train(most);
      lose(data, Models::miniBatches, engine, lost, most);
      assertThat(resumed(data, Models::miniBatches, engine).train(most)).isEqualTo(undisturbed);
    }
  }

  /** Rungs are come to again, by models that are beyond them, too. */
  @ParameterizedTest
  @ValueSource(ints = {30, 90, 150, 210})
  void train_withRungsThatWasLost_dropsTheSameAndIsUndisturbedToTheBit(int lost) {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      List<String> undisturbed = new Models(data, own -> own).rates().climb();
      TrainingListener losing = losing(lost);
      Models first =
          new Models(data, own -> own.checkpoints(plan(Resume.NONE)).listener(losing)).rates();
      assertThatThrownBy(first::climb).isInstanceOf(Lost.class);
      Models again = new Models(data, own -> own.checkpoints(plan(Resume.MUST))).rates();
      assertThat(again.climb()).isEqualTo(undisturbed);
    }
  }

  /** Each time a little later, and where nobody knows which models had begun. */
  @Test
  void train_lostManyTimes_isUndisturbedToTheBit() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      UnaryOperator<Models> both = models -> models.path().miniBatches();
      List<String> undisturbed = both.apply(new Models(data, own -> own)).train(6);
      for (int time = 0; time < 8; time++) {
        lose(data, both, EngineKind.AUTO, 13 + time, 6);
      }
      assertThat(resumed(data, both, EngineKind.AUTO).train(6)).isEqualTo(undisturbed);
    }
  }

  /** What had ended is read back: no step is made again, no row of whole batches read again. */
  @Test
  void train_whatHadEnded_isReadBackAndNotTrainedAgain() throws TimeoutException {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      Models first =
          new Models(data, own -> own.engine(EngineKind.JOBS).checkpoints(plan(Resume.NONE)));
      List<String> ended = first.path().miniBatches().train(128);
      AtomicInteger steps = new AtomicInteger();
      AtomicInteger jobs = new AtomicInteger();
      TrainingListener counting =
          new TrainingListener() {
            @Override
            public boolean onStep(StepRecord step) {
              steps.incrementAndGet();
              return true;
            }
          };
      SparkListener starts =
          new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
              jobs.incrementAndGet();
            }
          };
      Models path =
          new Models(data, own -> own.engine(EngineKind.JOBS).checkpoints(plan(Resume.MUST)))
              .path();
      jsc().sc().addSparkListener(starts);
      try {
        assertThat(path.train(128)).isEqualTo(ended.subList(0, path.all.size()));
        jsc().sc().listenerBus().waitUntilEmpty();
      } finally {
        jsc().sc().removeSparkListener(starts);
      }
      // What the rows held out say of each is asked again, together.
      assertThat(jobs).hasValueLessThanOrEqualTo(2 * PATH.length);
      Models all = new Models(data, own -> own.checkpoints(plan(Resume.MUST))).path();
      all.how = own -> own.checkpoints(plan(Resume.MUST)).listener(counting);
      assertThat(all.miniBatches().train(128)).isEqualTo(ended);
      assertThat(steps).hasValue(0);
    }
  }

  /** Nothing is trained, and nothing written, before all were compared. */
  @Test
  void train_oneOfAnotherFit_isRefusedBeforeAnyIsTrained() throws IOException {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      Models first = new Models(data, own -> own.checkpoints(plan(Resume.NONE)));
      first.add(data, 0.1, options("adam").batchSize(30), -1);
      first.add(data, 0.2, options("adam").batchSize(30), -1);
      first.train(128);
      List<Path> before = files();
      Models other =
          new Models(
              data, own -> own.checkpoints(plan(Resume.AUTO)).listener(losing(0)).maxPasses(7));
      other.add(data, 0.1, options("adam").batchSize(30), -1);
      other.add(data, 0.3, options("adam").batchSize(30), -1);
      assertThatThrownBy(() -> other.train(128))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The checkpoints in "
                  + folder
                  + "/model-1 are of another fit: the strength of the penalty was 0.2 and is 0.3."
                  + " Set it as it was, or name another checkpointDir");
      assertThat(files()).isEqualTo(before);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
