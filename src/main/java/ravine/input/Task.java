package ravine.input;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What to learn; printed and typed in lower case. */
public enum Task {
  LOGISTIC,
  LINEAR,
  SVM;

  /** Whether the label names classes. */
  public boolean classifies() {
    return this != LINEAR;
  }

  /** Reads a task, or lists them. */
  static final class Converter implements ITypeConverter<Task> {
    @Override
    public Task convert(String text) {
      for (Task task : values()) {
        if (task.toString().equalsIgnoreCase(text)) {
          return task;
        }
      }
      throw new TypeConversionException(
          "it must be logistic, linear or svm, but was " + text + ".");
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
