package ravine.cli;

import java.util.Locale;

/** What to learn; printed and typed in lower case. */
enum Task {
  LOGISTIC,
  LINEAR,
  SVM;

  /** Whether the label names classes. */
  boolean classifies() {
    return this != LINEAR;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
