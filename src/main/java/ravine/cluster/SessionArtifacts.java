package ravine.cluster;

import org.apache.spark.JobArtifactSet;
import org.apache.spark.JobArtifactState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Which session of Spark Connect a thread works for, to be carried to another thread that starts
 * jobs for it. A session has the jars that its client sent, this one of ours perhaps, and executors
 * have a class loader for each. Spark keeps the session in a variable that threads do not inherit;
 * a job without one is the default session's, whose class loader then takes the jars of all, and
 * from Spark 4.1 on it is the parent of the others: a class comes from one loader and what it holds
 * from another.
 */
public final class SessionArtifacts {
  private static final Logger LOG = LoggerFactory.getLogger(SessionArtifacts.class);

  private final @Nullable JobArtifactState state;

  private SessionArtifacts(@Nullable JobArtifactState state) {
    this.state = state;
  }

  /** Those of the session that this thread works for, if any. */
  public static SessionArtifacts ofThisThread() {
    try {
      Option<JobArtifactState> current = JobArtifactSet.getCurrentJobArtifactState();
      return new SessionArtifacts(current.isDefined() ? current.get() : null);
    } catch (LinkageError other) {
      LOG.debug("This Spark keeps the artifacts of its sessions elsewhere", other);
      return new SessionArtifacts(null);
    }
  }

  /** Does this work, in whatever thread, for that session. */
  public void run(Runnable work) {
    JobArtifactState session = state;
    if (session == null) {
      work.run();
    } else {
      JobArtifactSet.<@Nullable Void>withActiveJobArtifactState(
          session,
          () -> {
            work.run();
            return null;
          });
    }
  }
}
