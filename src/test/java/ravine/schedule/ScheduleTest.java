package ravine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
  private static final Map<String, Schedule> GOLDEN =
      Map.ofEntries(
          Map.entry("constant", new Constant(0.3)),
          Map.entry("accelerated", new Accelerated()),
          Map.entry("inverse-sqrt", new InverseSqrt(0.5)),
          Map.entry("inverse-time", new InverseTime(0.5, 0.01)),
          Map.entry("step", new StepDecay(0.5, 0.1, 7)),
          Map.entry("plateau", new Plateau(0.5, 0.1, 3)),
          Map.entry("exponential", new Exponential(0.5, 0.9, 10)),
          Map.entry("polynomial", new Polynomial(0.5, 0.01, 50, 2.0)),
          Map.entry("cosine", new Cosine(0.5, 50, 0.05)),
          Map.entry("one-cycle", new OneCycle(0.5, 50)),
          Map.entry("one-cycle-odd", new OneCycle(2.0, 37)),
          Map.entry("linear", new Linear(0.5, 0.9, 31)),
          Map.entry("warmup", new Warmup(10, new Cosine(0.5, 40))));

  static Stream<String> goldenFiles() {
    return GOLDEN.keySet().stream().sorted();
  }

  static Stream<Schedule> schedules() {
    return GOLDEN.values().stream();
  }

  @ParameterizedTest
  @MethodSource("goldenFiles")
  void at_goldenFile_agrees(String name) {
    Schedule schedule = GOLDEN.get(name);
    GoldenTable golden = GoldenTable.read("schedule-" + name);
    assertThat(schedule).hasToString(golden.header().get("schedule"));
    assertThat(golden.rows()).hasSizeGreaterThanOrEqualTo(20);
    double largest = golden.rows().stream().mapToDouble(row -> row[1]).max().orElseThrow();
    for (double[] row : golden.rows()) {
      assertThat(schedule.at((long) row[0]))
          .as("%s at step %s", schedule, row[0])
          .isCloseTo(row[1], within(1e-12 * Math.max(row[1], 1e-3 * largest)));
    }
  }

  @Test
  void goldenFiles_everySchedule_isCovered() {
    assertThat(GOLDEN.values().stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(Schedule.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void at_stepZero_isRefused(Schedule schedule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> schedule.at(0))
        .withMessage("step must be at least 1, but was 0");
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void at_veryLate_isFiniteAndNotNegative(Schedule schedule) {
    for (long step : new long[] {1_000_000L, 1L << 40, Long.MAX_VALUE}) {
      assertThat(schedule.at(step)).isFinite().isNotNegative();
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void serialization_roundTrip_isEqual(Schedule schedule) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(schedule);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(schedule);
    }
  }

  @Test
  void at_firstStep_isTheInitialValue() {
    assertThat(new InverseSqrt(0.3).at(1)).isEqualTo(0.3);
    assertThat(new InverseTime(0.3, 0.7).at(1)).isEqualTo(0.3);
    assertThat(new StepDecay(0.3, 0.5, 4).at(1)).isEqualTo(0.3);
    assertThat(new Exponential(0.3, 0.5, 4).at(1)).isEqualTo(0.3);
    assertThat(new Polynomial(0.3, 0.1, 4, 2.0).at(1)).isCloseTo(0.3, within(1e-16));
    assertThat(new Cosine(0.3, 4, 0.1).at(1)).isCloseTo(0.3, within(1e-16));
    assertThat(new Linear(0.3, 0.9, 4).at(1)).isEqualTo(0.3);
    assertThat(new OneCycle(0.5, 40).at(1)).isCloseTo(0.02, within(1e-16));
  }

  @Test
  void at_ends_areReachedExactly() {
    assertThat(new StepDecay(1.0, 0.5, 4).at(4)).isEqualTo(1.0);
    assertThat(new StepDecay(1.0, 0.5, 4).at(5)).isEqualTo(0.5);
    assertThat(new Linear(0.5, 0.9, 100).at(100)).isEqualTo(0.9);
    assertThat(new Linear(0.5, 0.9, 100).at(99)).isLessThan(0.9);
    assertThat(new Linear(0.5, 0.9, 1).at(1)).isEqualTo(0.9);
    assertThat(new Cosine(0.3, 4, 0.1).at(5)).isEqualTo(0.1);
    assertThat(new Polynomial(0.3, 0.1, 4, 2.0).at(5)).isEqualTo(0.1);
    assertThat(new OneCycle(0.5, 40).at(1000)).isEqualTo(new OneCycle(0.5, 40).at(40));
    assertThat(new OneCycle(0.5, 40).at(40)).isCloseTo(0.5 / 25 / 1e4, within(1e-18));
    assertThat(new OneCycle(0.5, 40).at(12)).isCloseTo(0.5, within(1e-15));
  }

  @Test
  void at_oneStepCycle_isFinite() {
    for (long steps = 1; steps <= 5; steps++) {
      for (long step = 1; step <= 6; step++) {
        assertThat(new OneCycle(0.5, steps).at(step)).isBetween(0.0, 0.5);
      }
    }
  }

  @Test
  void warmup_reachesTheFirstValueAndGoesOnFromThere() {
    Schedule then = new StepDecay(0.8, 0.5, 2);
    Schedule warmup = new Warmup(4, then);
    assertThat(warmup.at(1)).isEqualTo(0.2);
    assertThat(warmup.at(4)).isEqualTo(0.8);
    assertThat(warmup.at(5)).isEqualTo(then.at(1));
    assertThat(warmup.at(7)).isEqualTo(then.at(3)).isEqualTo(0.4);
  }

  @Property
  void cosineAndPolynomial_stayBetweenTheirEnds(
      @ForAll @DoubleRange(min = 0.0, max = 10.0) double initial,
      @ForAll @DoubleRange(min = 0.0, max = 10.0) double end,
      @ForAll @LongRange(min = 1, max = 1000) long steps,
      @ForAll @LongRange(min = 1, max = 2000) long step) {
    double low = Math.min(initial, end) - 1e-14;
    double high = Math.max(initial, end) + 1e-14;
    assertThat(new Cosine(initial, steps, end).at(step)).isBetween(low, high);
    assertThat(new Polynomial(initial, end, steps, 1.5).at(step)).isBetween(low, high);
    assertThat(new Linear(initial, end, steps).at(step)).isBetween(low, high);
  }

  @Test
  void constructor_badValues_areNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Cosine(0.1, 0))
        .withMessage("steps must be at least 1, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Constant(-1.0))
        .withMessage("value must be finite and at least 0, but was -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InverseSqrt(Double.NaN))
        .withMessage("initial must be finite and at least 0, but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InverseTime(0.1, Double.POSITIVE_INFINITY))
        .withMessageStartingWith("decay must be finite");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StepDecay(0.1, 1.5, 10))
        .withMessage("factor must be in (0, 1], but was 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Exponential(0.1, 0.0, 10))
        .withMessage("rate must be in (0, 1], but was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Polynomial(0.1, 0.0, 10, 0.0))
        .withMessage("power must be finite and greater than 0, but was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StepDecay(0.1, 0.5, -3))
        .withMessage("every must be at least 1, but was -3");
  }

  @Test
  void plateau_whereNobodyMeasures_isRefused() {
    assertThat(Plateau.in(new Warmup(3, new Plateau(0.5, 0.1, 3))))
        .isEqualTo(new Plateau(0.5, 0.1, 3));
    assertThat(Plateau.in(new Constant(1.0))).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plateau.refuse("momentum", new Plateau(0.5, 0.1, 3)))
        .withMessage("momentum cannot be plateau(0.5,0.1,3): nobody measures passes there");
  }
}
