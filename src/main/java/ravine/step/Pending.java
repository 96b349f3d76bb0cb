package ravine.step;

import ravine.checkpoint.Sections;

/** Steps that some coordinates have yet to make, and who can make them. */
interface Pending {
  /** Nobody lags behind. */
  Pending NONE =
      new Pending() {
        @Override
        public void settle() {}

        @Override
        public void discard() {}
      };

  /** Before weights or state are read or replaced: brings all of them up to date. May cost O(d). */
  void settle();

  /** After weights or state have become other ones, all of them up to date. */
  void discard();

  /** Writes how far each of them is behind, without settling. */
  default void save(Sections to) {}

  /** After {@link #discard}: they are as far behind as that says. */
  default void restore(Sections from) {}
}
