package ravine.spec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How one record is written: its name, and where options that are left out come from. The options
 * themselves are the record's components.
 *
 * @param name the canonical name
 * @param type the record's class
 * @param required how many leading components have no default
 * @param stepSize index of the component that a step size stands in for when it is left out; −1 for
 *     none
 * @param defaults options given by the user, by name → a record that holds the defaults of the rest
 */
record Form<T>(
    String name,
    Class<T> type,
    int required,
    int stepSize,
    Function<Map<String, Object>, T> defaults) {

  List<String> options() {
    return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  /** The index of an option, whatever its case; −1 if there is none of that name. */
  int indexOf(String option) {
    List<String> options = options();
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).equalsIgnoreCase(option)) {
        return i;
      }
    }
    return -1;
  }

  Class<?> typeOf(int index) {
    return type.getRecordComponents()[index].getType();
  }

  /**
   * The record.
   *
   * @param given option index → value, holding at least the required ones
   * @throws IllegalArgumentException as the record's constructor
   */
  T make(Map<Integer, Object> given) {
    List<String> options = options();
    Map<String, Object> byName = new HashMap<>();
    given.forEach((index, value) -> byName.put(options.get(index), value));
    T defaulted = defaults.apply(byName);
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < values.length; i++) {
        Object value = given.get(i);
        values[i] = value != null ? value : components[i].getAccessor().invoke(defaulted);
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return type.getConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("constructor of " + type + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " must be public, and so must its constructor", e);
    }
  }
}
