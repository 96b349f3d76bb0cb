package ravine.ml.segments;

/** What the models of segments predict, and so which columns of theirs there are. */
public enum SegmentKind {
  /** Probabilities of two or more classes. */
  LOGISTIC,
  /** A number. */
  LINEAR,
  /** On which side of a border. */
  MARGIN
}
