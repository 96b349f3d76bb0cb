package ravine.schedule;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * The canonical spec text of a record of hyper-parameters, from its components, so that none can be
 * forgotten. What it writes, {@code ravine.spec.Specs} reads back as an equal record.
 */
public final class Canonical {
  private Canonical() {}

  /**
   * Components in order: {@code cosine(0.1,5000,0.0)}; the bare name if there are none.
   *
   * @param name by which {@code ravine.spec.Specs} knows the record
   * @param record public, of numbers, booleans, enumerations and schedules
   */
  public static String ordered(String name, Record record) {
    List<String> parts = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      parts.add(String.valueOf(value(component, record)));
    }
    return text(name, parts);
  }

  /**
   * Components by name, a constant schedule as its bare number: {@code
   * nesterov(momentum=0.9,form=lookahead)}; the bare name if there are none.
   *
   * @param name by which {@code ravine.spec.Specs} knows the record
   * @param record public, of numbers, booleans, enumerations and schedules
   */
  public static String named(String name, Record record) {
    List<String> parts = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(component, record);
      Object shown = value instanceof Constant constant ? (Object) constant.value() : value;
      parts.add(component.getName() + "=" + shown);
    }
    return text(name, parts);
  }

  private static Object value(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(record.getClass() + " must be public", e);
    }
  }

  private static String text(String name, List<String> parts) {
    return parts.isEmpty() ? name : name + "(" + String.join(",", parts) + ")";
  }
}
