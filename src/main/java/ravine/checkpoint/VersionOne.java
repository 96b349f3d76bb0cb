package ravine.checkpoint;

import java.io.IOException;

/**
 * Reads the body of version 1, which knew all its fields beforehand. Its bytes:
 *
 * <pre>
 *    numbers    weights
 *    text       rule
 *    text       schedule
 *    int64      the rule's step
 *    int32      s, the number of slots, then s times numbers
 *    int64      steps
 *    int32      epoch
 *    int32      step in the epoch
 *    int64      seed
 *    float64    best value
 *    int32      best pass
 *    numbers    best weights, none if there is no best yet
 *    numbers    history
 *    int64      data fingerprint
 *    int32      m, the number of notes, then m times text key, text value, ascending by key
 *
 *  numbers:  int32 k, then k times float64
 *  text:     int32 k, then k bytes of UTF-8
 * </pre>
 *
 * <p>The sections have the names of {@code ravine.mllib}'s updater state where they mean the same.
 */
final class VersionOne {
  private VersionOne() {}

  static Sections read(CheckpointReader in) throws IOException {
    Sections sections = new Sections();
    sections.putNumbers("weights", in.numbers(in.count("weights", 8)));
    sections.putText("rule", in.text("rule", in.count("rule", 1)));
    sections.putText("schedule", in.text("schedule", in.count("schedule", 1)));
    sections.putIntegers("rule.step", in.int64("rule's step"));
    int slots = in.count("slots", 4);
    sections.putIntegers("rule.slots", slots);
    for (int i = 0; i < slots; i++) {
      sections.putNumbers("rule.slot." + i, in.numbers(in.count("slot " + i, 8)));
    }
    sections.putIntegers("steps", in.int64("steps"));
    sections.putIntegers("epoch", in.int32("epoch"));
    sections.putIntegers("epoch.step", in.int32("step in the epoch"));
    sections.putIntegers("seed", in.int64("seed"));
    sections.putNumbers("best.value", Double.longBitsToDouble(in.int64("best value")));
    sections.putIntegers("best.pass", in.int32("best pass"));
    sections.putNumbers("best.weights", in.numbers(in.count("best weights", 8)));
    sections.putNumbers("history", in.numbers(in.count("history", 8)));
    sections.putIntegers("data", in.int64("data fingerprint"));
    int notes = in.count("notes", 8);
    for (int i = 0; i < notes; i++) {
      long at = in.position();
      String name = "note." + in.text("a note's name", in.count("note's name", 1));
      String note = in.text("a note", in.count("note", 1));
      if (sections.has(name)) {
        throw new CheckpointException("corrupted: a note appears twice", at);
      }
      sections.putText(name, note);
    }
    return sections;
  }
}
