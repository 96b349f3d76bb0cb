package ravine.checkpoint;

/** Bytes that are not a checkpoint, or not a whole one. Says what is wrong and where. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Where the trouble begins, in bytes from the start. */
  private final long offset;

  CheckpointException(String problem, long offset) {
    super(problem + " (at byte " + offset + ")");
    this.offset = offset;
  }

  /** A whole checkpoint that lacks something. */
  CheckpointException(String problem) {
    super(problem);
    this.offset = -1;
  }

  /** Where the trouble begins, in bytes from the start; −1 where the bytes are whole. */
  public long offset() {
    return offset;
  }
}
