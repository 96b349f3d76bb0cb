package ravine.mllib;

import java.io.Serializable;
import java.util.function.DoubleFunction;
import ravine.schedule.Schedule;

/** A schedule that says its rates itself, whatever the step size. */
final class FixedSchedule implements DoubleFunction<Schedule>, Serializable {
  private static final long serialVersionUID = 1L;

  private final Schedule schedule;

  FixedSchedule(Schedule schedule) {
    this.schedule = schedule;
  }

  @Override
  public Schedule apply(double stepSize) {
    return schedule;
  }
}
