package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;

/** Whatever ends a training after its first pass, the weights that the driver has are not lost. */
@Timeout(60)
class OnFailureTest extends SparkTestBase {
  private static final String GROUP = "the group of this test";

  private TrainingData data;

  @BeforeEach
  void pack() {
    data = EngineFixtures.data(jsc(), 2);
  }

  @AfterEach
  void release() {
    data.close();
    jsc().clearJobGroup();
  }

  @Test
  void train_listenerThrows_throwsThatAndGivesTheBestAway() {
    RuntimeException thrown = new UnsupportedOperationException("the listener fell over");
    AtomicReference<TrainingResult> soFar = new AtomicReference<>();
    TrainerOptions options = options(EngineKind.AUTO, atPass(3, () -> raise(thrown))).build();
    assertThatThrownBy(() -> Trainer.train(data, EngineFixtures.problem(), options, soFar::set))
        .isSameAs(thrown);
    TrainingResult saved = soFar.get();
    assertThat(saved.stopReason()).isEqualTo(StopReason.FAILED);
    assertThat(saved.advice()).contains("After 27 steps: the listener fell over.");
    assertThat(saved.passes()).hasSize(4);
    assertThat(saved.weights()).isEqualTo(until(saved.bestPass()));
  }

  @Test
  void train_listenerThrows_withBestReturnsIt() {
    RuntimeException thrown = new IllegalStateException("the listener fell over");
    TrainingResult saved =
        Trainer.train(
            data,
            EngineFixtures.problem(),
            options(EngineKind.AUTO, atPass(3, () -> raise(thrown)))
                .onFailure(OnFailure.BEST)
                .build());
    assertThat(saved.stopReason()).isEqualTo(StopReason.FAILED);
    assertThat(saved.weights()).isEqualTo(until(saved.bestPass()));
  }

  @ParameterizedTest
  @EnumSource(
      value = EngineKind.class,
      names = {"RESIDENT", "JOBS"})
  void train_interrupted_withBestReturnsItAndKeepsTheFlag(EngineKind engine) {
    TrainingResult saved =
        Trainer.train(
            data,
            EngineFixtures.problem(),
            options(engine, atPass(3, () -> Thread.currentThread().interrupt()))
                .onFailure(OnFailure.BEST)
                .build());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(saved.stopReason()).isEqualTo(StopReason.FAILED);
    assertThat(saved.weights()).isEqualTo(until(saved.bestPass()));
  }

  /** A cancel is not a fault to get over: no other engine goes on behind the user's back. */
  @Test
  void train_groupCancelled_endsWithTheBestSoFar() {
    jsc().setJobGroup(GROUP, "to be cancelled");
    AtomicReference<TrainingResult> soFar = new AtomicReference<>();
    TrainerOptions options =
        options(EngineKind.AUTO, atPass(3, () -> jsc().cancelJobGroup(GROUP)))
            .maxPasses(Integer.MAX_VALUE) // a cancel takes its time, and steps do not
            .patience(Integer.MAX_VALUE)
            .tol(0.0)
            .build();
    assertThatThrownBy(() -> Trainer.train(data, EngineFixtures.problem(), options, soFar::set))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cancelled");
    assertThat(soFar.get().stopReason()).isEqualTo(StopReason.FAILED);
    assertThat(soFar.get().weights()).hasSize(EngineFixtures.FEATURES + 1);
  }

  /** The best weights of the first passes, undisturbed. */
  private double[] until(int passes) {
    TrainerOptions options =
        EngineFixtures.options(EngineKind.JOBS)
            .maxPasses(40)
            .listener(
                new TrainingListener() {
                  @Override
                  public boolean onPass(PassRecord pass) {
                    return pass.pass() < passes;
                  }
                })
            .build();
    return Trainer.train(data, EngineFixtures.problem(), options).weights();
  }

  private static TrainerOptions.Builder options(EngineKind engine, TrainingListener listener) {
    return EngineFixtures.options(engine).maxPasses(40).listener(listener);
  }

  private static TrainingListener atPass(int pass, Runnable action) {
    return new TrainingListener() {
      @Override
      public boolean onPass(PassRecord done) {
        if (done.pass() == pass) {
          action.run();
        }
        return true;
      }
    };
  }

  private static void raise(RuntimeException thrown) {
    throw thrown;
  }
}
