package ravine.resume;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a run keeps its checkpoints, how often it makes one, and whether it goes on from those that
 * are there.
 *
 * @param directory of any of Hadoop's file systems; made if it does not exist
 * @param interval between two checkpoints
 * @param resume what is done about those of an earlier run
 */
public record CheckpointPlan(String directory, Interval interval, Resume resume)
    implements Serializable {

  /** The interval where none is given: a minute of work is what a lost driver costs then. */
  public static final String DEFAULT_INTERVAL = "60s";

  /** Checks that there is a directory. */
  public CheckpointPlan {
    if (directory.isBlank()) {
      throw new IllegalArgumentException("checkpointDir must name a directory, but was empty");
    }
  }

  /**
   * That of one of several models that train together, in a directory below this one. A model that
   * had not begun when the others were lost begins at its start, also where this must go on.
   *
   * @param name of the directory
   */
  public CheckpointPlan of(String name) {
    String parent = directory.endsWith("/") ? directory : directory + "/";
    return new CheckpointPlan(
        parent + name, interval, resume == Resume.MUST ? Resume.AUTO : resume);
  }

  /**
   * So many steps or so many seconds, whichever is given.
   *
   * @param steps between two checkpoints; 0 where seconds count
   * @param seconds between two checkpoints; 0 where steps count
   */
  public record Interval(long steps, double seconds) implements Serializable {
    private static final Pattern FORM = Pattern.compile("(-?\\d{1,18})|(\\d+(?:\\.\\d+)?)s");

    /** Only at the end, Spark's −1. */
    private static final long NEVER = -1;

    /**
     * Reads {@code 100} (steps), {@code 60s} (seconds), or {@code -1}: only when training ends.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    public static Interval of(String text) {
      Matcher form = FORM.matcher(text.strip());
      if (form.matches()) {
        if (form.group(1) != null) {
          long steps = Long.parseLong(form.group(1));
          if (steps >= 1 || steps == NEVER) {
            return new Interval(steps, 0.0);
          }
        } else {
          double seconds = Double.parseDouble(form.group(2));
          if (seconds > 0.0 && seconds < 1e9) {
            return new Interval(0, seconds);
          }
        }
      }
      throw new IllegalArgumentException(
          "checkpointInterval must be a number of steps such as 100, of seconds such as 60s, or -1"
              + " for a checkpoint at the end alone, but was "
              + text);
    }

    /** Whether that much has gone by since the last one. */
    boolean isOver(long stepsSince, double secondsSince) {
      return steps > 0 ? stepsSince >= steps : steps == 0 && secondsSince >= seconds;
    }
  }
}
