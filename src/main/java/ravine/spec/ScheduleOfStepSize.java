package ravine.spec;

import java.io.Serializable;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import ravine.schedule.Schedule;

/**
 * A schedule as text, for whatever step size there will be. The text is read once, and the reading
 * travels: a class of its own because serialized lambdas are bound to the class file that made
 * them.
 */
final class ScheduleOfStepSize implements DoubleFunction<Schedule>, Serializable {
  private static final long serialVersionUID = 1L;

  private final String text;
  private final Parser.Call call;

  /**
   * @throws SpecException if the text is no schedule
   */
  ScheduleOfStepSize(String text) {
    this.text = Objects.requireNonNull(text, "text");
    this.call = Parser.parse(text);
    // Names, options and values are looked at only when a schedule is made: so one is made.
    apply(1.0);
  }

  @Override
  public Schedule apply(double stepSize) {
    return new Builder(text, OptionalDouble.of(stepSize)).schedule(call);
  }
}
