package ravine.spec;

import ravine.rule.UpdateRule;
import ravine.schedule.Schedule;

/** Text to rules and schedules; back by their {@code toString}. */
public final class Specs {
  private Specs() {}

  public static UpdateRule rule(String text) {
    throw new UnsupportedOperationException(text);
  }

  public static Schedule schedule(String text) {
    throw new UnsupportedOperationException(text);
  }

  public static Schedule schedule(String text, double stepSize) {
    throw new UnsupportedOperationException(text + stepSize);
  }
}
