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

  /** Where the trouble begins, in bytes from the start. */
  public long offset() {
    return offset;
  }
}
