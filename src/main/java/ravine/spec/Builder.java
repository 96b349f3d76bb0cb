package ravine.spec;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;

/** A tree of calls to records: matches arguments with options, and values with their types. */
final class Builder {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?");

  private final String text;

  /** Stands in for the rate of schedules that leave it out. */
  private final OptionalDouble stepSize;

  Builder(String text, OptionalDouble stepSize) {
    this.text = text;
    this.stepSize = stepSize;
  }

  <T> T build(Catalogue<T> catalogue, Parser.Call call) {
    Form<? extends T> form =
        catalogue
            .find(call.word())
            .orElseThrow(
                () ->
                    error(
                        call.index(),
                        "unknown " + catalogue.kind() + " '" + call.word() + "'",
                        Names.advice(call.word(), catalogue.namesAndAliases())));
    Map<Integer, Parser.Argument> arguments = match(form, call);
    Map<Integer, Object> values = new HashMap<>();
    arguments.forEach(
        (index, argument) ->
            values.put(index, value(form.options().get(index), form.typeOf(index), argument)));
    if (stepSize.isPresent() && form.stepSize() >= 0 && form.stepSize() < form.required()) {
      values.computeIfAbsent(form.stepSize(), index -> stepSizeAs(form.typeOf(index)));
    }
    try {
      return form.make(values);
    } catch (IllegalArgumentException e) {
      SpecException located =
          error(indexOf(e, form, arguments, call), String.valueOf(e.getMessage()), "");
      located.initCause(e);
      throw located;
    }
  }

  /** A schedule, or a number for a constant one. */
  Schedule schedule(Parser.Call call) {
    return call.isNumber()
        ? build(
            Specs.schedules(),
            new Parser.Call(
                "constant",
                call.index(),
                false,
                List.of(new Parser.Argument("", call.index(), call))))
        : build(Specs.schedules(), call);
  }

  private Object stepSizeAs(Class<?> type) {
    return type == Schedule.class ? new Constant(stepSize.getAsDouble()) : stepSize.getAsDouble();
  }

  /** Option index → its argument; the step size's place is left free if it must stand in. */
  private Map<Integer, Parser.Argument> match(Form<?> form, Parser.Call call) {
    Map<Integer, Parser.Argument> asWritten = match(form, call, -1);
    int missing = firstMissing(form, asWritten, -1);
    if (missing < 0) {
      return asWritten;
    }
    if (stepSize.isPresent() && form.stepSize() >= 0) {
      try {
        Map<Integer, Parser.Argument> shifted = match(form, call, form.stepSize());
        if (firstMissing(form, shifted, form.stepSize()) < 0) {
          return shifted;
        }
      } catch (SpecException shiftedBeyondTheEnd) {
        // The sentence below fits the text as it was written; this one does not.
      }
    }
    throw error(
        call.index(),
        form.name() + " needs " + form.options().get(missing) + ", which is missing",
        takes(form));
  }

  private static int firstMissing(
      Form<?> form, Map<Integer, Parser.Argument> arguments, int excused) {
    for (int i = 0; i < form.required(); i++) {
      if (i != excused && !arguments.containsKey(i)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Positional arguments to the options in order, but for {@code skipped}; named ones to theirs.
   */
  private Map<Integer, Parser.Argument> match(Form<?> form, Parser.Call call, int skipped) {
    List<String> options = form.options();
    Map<Integer, Parser.Argument> matched = new HashMap<>();
    int next = 0;
    boolean named = false;
    for (Parser.Argument argument : call.arguments()) {
      int index;
      if (argument.isPositional()) {
        if (named) {
          throw error(argument.index(), "positional argument after a named one", "");
        }
        next += next == skipped ? 1 : 0;
        index = next++;
        if (index >= options.size()) {
          throw error(argument.index(), "argument too many", takes(form));
        }
      } else {
        named = true;
        index = form.indexOf(argument.key());
        if (index < 0) {
          throw error(
              argument.index(),
              "unknown option '" + argument.key() + "' of " + form.name(),
              options.isEmpty() ? takes(form) : Names.advice(argument.key(), options));
        }
      }
      if (matched.put(index, argument) != null) {
        throw error(argument.index(), "second value for " + options.get(index), "");
      }
    }
    return matched;
  }

  private static String takes(Form<?> form) {
    return form.options().isEmpty()
        ? form.name() + " takes no arguments"
        : "the arguments of " + form.name() + " are " + String.join(", ", form.options());
  }

  private Object value(String option, Class<?> type, Parser.Argument argument) {
    Parser.Call value = argument.value();
    if (type == Schedule.class) {
      return schedule(value);
    } else if (type == double.class) {
      return number(option, value);
    } else if (type == long.class) {
      return wholeNumber(option, value);
    } else if (type == boolean.class) {
      return switch (value.bare() ? Names.lower(value.word()) : "") {
        case "true" -> true;
        case "false" -> false;
        default -> throw notOneOf(option, value, List.of("true", "false"));
      };
    } else if (type.isEnum()) {
      return constant(option, type, value);
    }
    throw new IllegalStateException("no text form for " + option + " of " + type);
  }

  private double number(String option, Parser.Call value) {
    if (!value.bare() || !NUMBER.matcher(value.word()).matches()) {
      throw error(value.index(), option + " must be a number, but was '" + value.word() + "'", "");
    }
    double number = Double.parseDouble(value.word());
    if (Double.isInfinite(number)) {
      throw error(value.index(), option + " must be finite, but was '" + value.word() + "'", "");
    }
    return number;
  }

  /** Digits, or another way to write a whole number that a double holds exactly, such as 1e6. */
  private long wholeNumber(String option, Parser.Call value) {
    double number = number(option, value);
    try {
      return number == Math.rint(number) && Math.abs(number) < 0x1p53
          ? (long) number
          : Long.parseLong(value.word());
    } catch (NumberFormatException e) {
      throw error(value.index(), option + " must be a whole number, but was " + value.word(), "");
    }
  }

  private Object constant(String option, Class<?> type, Parser.Call value) {
    Object[] constants = type.getEnumConstants();
    for (Object constant : constants) {
      if (value.bare() && ((Enum<?>) constant).name().equalsIgnoreCase(value.word())) {
        return constant;
      }
    }
    throw notOneOf(
        option,
        value,
        Arrays.stream(constants)
            .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
            .toList());
  }

  private SpecException notOneOf(String option, Parser.Call value, List<String> allowed) {
    return error(
        value.index(),
        option
            + " must be one of "
            + String.join(", ", allowed)
            + ", but was '"
            + value.word()
            + "'",
        "");
  }

  /** Where the option stands that the constructor's sentence begins with; else the whole call. */
  private static int indexOf(
      IllegalArgumentException e,
      Form<?> form,
      Map<Integer, Parser.Argument> arguments,
      Parser.Call call) {
    String sentence = String.valueOf(e.getMessage());
    for (Map.Entry<Integer, Parser.Argument> entry : arguments.entrySet()) {
      String option = form.options().get(entry.getKey());
      if (sentence.startsWith(option + " ") || sentence.startsWith(option + "=")) {
        return entry.getValue().value().index();
      }
    }
    return call.index();
  }

  private SpecException error(int index, String problem, String advice) {
    return new SpecException(text, index, problem, advice);
  }
}
