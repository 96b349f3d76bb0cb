package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.apache.spark.JobArtifactSet;
import org.apache.spark.JobArtifactState;
import org.junit.jupiter.api.Test;
import scala.Option;

/** The session of Spark Connect goes along to another thread. */
class SessionArtifactsTest {

  private static Option<JobArtifactState> inAnotherThread(SessionArtifacts artifacts) {
    CompletableFuture<Option<JobArtifactState>> seen = new CompletableFuture<>();
    Runnable work = () -> seen.complete(JobArtifactSet.getCurrentJobArtifactState());
    new Thread(() -> artifacts.run(work), "another").start();
    return seen.join();
  }

  @Test
  void run_inAnotherThread_isOfTheSessionThatMadeIt() {
    JobArtifactState session = new JobArtifactState("a session", Option.empty());
    SessionArtifacts artifacts =
        JobArtifactSet.withActiveJobArtifactState(session, SessionArtifacts::ofThisThread);
    assertThat(inAnotherThread(artifacts)).isEqualTo(Option.apply(session));
    assertThat(JobArtifactSet.getCurrentJobArtifactState().isEmpty()).isTrue();
  }

  @Test
  void run_withoutASession_runs() {
    assertThat(inAnotherThread(SessionArtifacts.ofThisThread()).isEmpty()).isTrue();
  }
}
