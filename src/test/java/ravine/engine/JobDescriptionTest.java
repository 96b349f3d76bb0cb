package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;

/** What Spark's page of jobs says of those of a training. */
class JobDescriptionTest extends SparkTestBase {
  private static final String PROPERTY = "spark.job.description";

  private List<String> said(EngineKind engine) throws Exception {
    List<String> said = new CopyOnWriteArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            Properties properties = job.properties();
            said.add(Objects.toString(properties.getProperty(PROPERTY)));
          }
        };
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      jsc().sc().addSparkListener(listener);
      TrainerOptions options = EngineFixtures.options(engine).maxPasses(4).tol(0.0).build();
      Trainer.train(data, EngineFixtures.problem(), options);
      jsc().sc().listenerBus().waitUntilEmpty();
    } finally {
      jsc().sc().removeSparkListener(listener);
    }
    return said;
  }

  @Test
  void resident_theJobThatStays_saysWhatIsTrained() throws Exception {
    assertThat(said(EngineKind.RESIDENT))
        .anyMatch(
            text -> text.matches("Ravine: \\w+ loss, .+; at most 4 passes \\(resident workers\\)"));
    assertThat(jsc().getLocalProperty(PROPERTY)).isNull();
  }

  @Test
  void jobs_eachStep_saysHowFarItIs() throws Exception {
    assertThat(said(EngineKind.JOBS))
        .anyMatch(text -> text.matches("Ravine: \\w+ loss, .+; at most 4 passes"))
        .anyMatch(text -> text.matches("Ravine: .+; pass 3 of at most 4, objective 0\\.\\d+.*"));
    assertThat(jsc().getLocalProperty(PROPERTY)).isNull();
  }

  @Test
  void descriptionOfTheUser_stays() throws Exception {
    jsc().sc().setJobDescription("leavers of July");
    try {
      assertThat(said(EngineKind.JOBS)).isNotEmpty().containsOnly("leavers of July");
      assertThat(said(EngineKind.RESIDENT)).contains("leavers of July (resident workers)");
      assertThat(jsc().getLocalProperty(PROPERTY)).isEqualTo("leavers of July");
    } finally {
      jsc().sc().setJobDescription(null);
    }
  }
}
