package ravine.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import ravine.rule.AdaDelta;
import ravine.rule.AdaGrad;
import ravine.rule.AdaMax;
import ravine.rule.Adam;
import ravine.rule.AdamW;
import ravine.rule.AmsGrad;
import ravine.rule.Lbfgs;
import ravine.rule.Momentum;
import ravine.rule.MomentumCorrection;
import ravine.rule.Nadam;
import ravine.rule.Nesterov;
import ravine.rule.Optimizer;
import ravine.rule.RmsProp;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Accelerated;
import ravine.schedule.Constant;
import ravine.schedule.Cosine;
import ravine.schedule.Exponential;
import ravine.schedule.InverseSqrt;
import ravine.schedule.InverseTime;
import ravine.schedule.Linear;
import ravine.schedule.OneCycle;
import ravine.schedule.Plateau;
import ravine.schedule.Polynomial;
import ravine.schedule.Schedule;
import ravine.schedule.StepDecay;
import ravine.schedule.Warmup;

/**
 * Text to rules and schedules; back by their {@code toString}.
 *
 * <pre>
 * spec     = name | name "(" [ argument { "," argument } ] ")"
 * argument = value | option "=" value
 * value    = number | spec
 * number   = [ "+" | "-" ] digits [ "." digits ] [ "e" [ "+" | "-" ] digits ]
 * </pre>
 *
 * <p>{@code adam}, {@code adam(beta2=0.99)}, {@code momentum(0.9, form=ema)}, {@code
 * nag(linear(0.5, 0.9, 100))}, {@code warmup(100, cosine(0.1, 5000))}.
 *
 * <ul>
 *   <li>Options are the components of the rule's or schedule's record, and positional arguments
 *       follow their order. Positional arguments stand before named ones.
 *   <li>An option left out has the default of the record's own constructors.
 *   <li>Where a schedule is expected, a number is a constant one.
 *   <li>Case does not matter, nor does white space between words. {@code nag} is {@code nesterov}.
 *   <li>{@code momentum(correction=…)} without a form means the form the correction needs.
 * </ul>
 *
 * <p>Every error is a {@link SpecException}.
 */
public final class Specs {
  private static final Catalogue<UpdateRule> RULES =
      new Catalogue<>(
          "optimizer",
          List.<Form<? extends UpdateRule>>of(
              rule(Sgd.class, given -> new Sgd()),
              rule(Momentum.class, Specs::momentumDefaults),
              rule(Nesterov.class, given -> new Nesterov()),
              rule(AdaGrad.class, given -> new AdaGrad()),
              rule(AdaDelta.class, given -> new AdaDelta()),
              rule(RmsProp.class, given -> new RmsProp()),
              rule(Adam.class, given -> new Adam()),
              rule(AdamW.class, given -> new AdamW()),
              rule(AmsGrad.class, given -> new AmsGrad()),
              rule(AdaMax.class, given -> new AdaMax()),
              rule(Nadam.class, given -> new Nadam())),
          Map.of("nag", "nesterov"));

  private static final Catalogue<Optimizer> OPTIMIZERS =
      new Catalogue<>(RULES.kind(), withLbfgs(RULES.forms()), RULES.aliases());

  private static final Catalogue<Schedule> SCHEDULES =
      new Catalogue<>(
          "schedule",
          List.<Form<? extends Schedule>>of(
              new Form<>("accelerated", Accelerated.class, 0, -1, given -> new Accelerated()),
              schedule("constant", 1, new Constant(1.0)),
              schedule("inverse_sqrt", 1, new InverseSqrt(1.0)),
              schedule("inverse_time", 2, new InverseTime(1.0, 0.0)),
              schedule("step", 3, new StepDecay(1.0, 1.0, 1)),
              schedule("plateau", 3, new Plateau(1.0, 1.0, 1)),
              schedule("exponential", 3, new Exponential(1.0, 1.0, 1)),
              schedule("linear", 3, new Linear(1.0, 1.0, 1)),
              schedule("polynomial", 4, new Polynomial(1.0, 1.0, 1, 1.0)),
              schedule("cosine", 2, new Cosine(1.0, 1)),
              schedule("one_cycle", 2, new OneCycle(1.0, 1)),
              new Form<>("warmup", Warmup.class, 2, 1, given -> new Warmup(1, new Constant(1.0)))),
          Map.of());

  private Specs() {}

  private static List<Form<? extends Optimizer>> withLbfgs(List<Form<? extends UpdateRule>> rules) {
    List<Form<? extends Optimizer>> all = new ArrayList<>(rules);
    all.add(new Form<>("lbfgs", Lbfgs.class, 0, -1, given -> new Lbfgs()));
    return List.copyOf(all);
  }

  private static <T extends UpdateRule> Form<T> rule(
      Class<T> type, Function<Map<String, Object>, T> defaults) {
    return new Form<>(defaults.apply(Map.of()).name(), type, 0, -1, defaults);
  }

  private static Momentum momentumDefaults(Map<String, Object> given) {
    Momentum plain = new Momentum();
    return given.get("correction") instanceof MomentumCorrection correction
        ? new Momentum(plain.momentum(), correction)
        : plain;
  }

  /**
   * The first {@code required} components of {@code example} are placeholders, the rest defaults.
   */
  @SuppressWarnings("unchecked")
  private static <T extends Schedule> Form<T> schedule(String name, int required, T example) {
    return new Form<>(name, (Class<T>) example.getClass(), required, 0, given -> example);
  }

  /**
   * The rule written in {@code text}.
   *
   * @throws SpecException if it is none
   */
  public static UpdateRule rule(String text) {
    return new Builder(Objects.requireNonNull(text, "text"), OptionalDouble.empty())
        .build(RULES, Parser.parse(text));
  }

  /**
   * The optimizer written in {@code text}: a rule, as {@link #rule} reads it, or {@code
   * lbfgs(memory)}.
   *
   * @throws SpecException if it is none
   */
  public static Optimizer optimizer(String text) {
    return new Builder(Objects.requireNonNull(text, "text"), OptionalDouble.empty())
        .build(OPTIMIZERS, Parser.parse(text));
  }

  /**
   * The schedule written in {@code text}, every argument given; a number is a constant schedule.
   *
   * @throws SpecException if it is none
   */
  public static Schedule schedule(String text) {
    return new Builder(Objects.requireNonNull(text, "text"), OptionalDouble.empty())
        .schedule(Parser.parse(text));
  }

  /**
   * The schedule written in {@code text}, in which the first argument may be left out: it is then
   * {@code stepSize}.
   *
   * <p>If the arguments suffice as they stand, they are taken as they stand: {@code cosine(0.1,
   * 5000)} ignores the step size. If not, the step size takes the first place and positional
   * arguments begin at the second: {@code cosine(5000)}, {@code step(0.5, 30)}, {@code
   * inverse_sqrt}. Inside a warm-up the same goes for its schedule: {@code warmup(100,
   * cosine(5000))}; {@code warmup(100)} stays at the step size.
   *
   * @throws SpecException if it is none
   */
  public static Schedule schedule(String text, double stepSize) {
    return new Builder(Objects.requireNonNull(text, "text"), OptionalDouble.of(stepSize))
        .schedule(Parser.parse(text));
  }

  /**
   * The schedule written in {@code text} for whatever step size there will be, as {@link
   * #schedule(String, double)} reads it. The text is read here, once: what is wrong with it is
   * refused here. What comes back is {@link java.io.Serializable}.
   *
   * @throws SpecException if it is none
   */
  public static DoubleFunction<Schedule> scheduleOf(String text) {
    return new ScheduleOfStepSize(text);
  }

  /**
   * The value that users call by that name, in any case.
   *
   * @param option name of the option, for the error
   * @throws IllegalArgumentException if there is none; the sentence lists those there are
   */
  public static <E extends Enum<E>> E choice(Class<E> type, String option, String text) {
    E[] values = type.getEnumConstants();
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      String own = choiceName(values[i]);
      if (own.equalsIgnoreCase(text.trim())) {
        return values[i];
      }
      names.append(i == 0 ? "" : i == values.length - 1 ? " or " : ", ").append(own);
    }
    throw new IllegalArgumentException(option + " must be " + names + ", but was " + text);
  }

  /** The name by which {@link #choice} knows the value. */
  public static String choiceName(Enum<?> value) {
    return Names.lower(value.name());
  }

  /** The names of all rules, without aliases. */
  public static List<String> ruleNames() {
    return RULES.names();
  }

  /** The names of all schedules. */
  public static List<String> scheduleNames() {
    return SCHEDULES.names();
  }

  static Catalogue<Schedule> schedules() {
    return SCHEDULES;
  }
}
