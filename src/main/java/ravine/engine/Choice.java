package ravine.engine;

import java.util.Locale;

/** Enumerations that users choose from by name. */
final class Choice {
  private Choice() {}

  /**
   * The value of that name, in any case.
   *
   * @param what the name of the param, for the error
   * @throws IllegalArgumentException if there is none; it lists those there are
   */
  static <E extends Enum<E>> E of(Class<E> type, String what, String name) {
    E[] values = type.getEnumConstants();
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      String own = name(values[i]);
      if (own.equalsIgnoreCase(name.trim())) {
        return values[i];
      }
      names.append(i == 0 ? "" : i == values.length - 1 ? " or " : ", ").append(own);
    }
    throw new IllegalArgumentException(what + " must be " + names + ", but was " + name);
  }

  /** The name by which it is chosen. */
  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
