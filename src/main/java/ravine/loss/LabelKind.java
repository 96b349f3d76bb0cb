package ravine.loss;

/** What the labels of a {@link Loss} are. */
public enum LabelKind {
  /** The index of a class: 0 or 1, or 0 … K−1 for K outputs. */
  CLASS_INDEX,

  /** Any finite number. */
  NUMBER
}
