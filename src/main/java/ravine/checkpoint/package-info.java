/**
 * Checkpoints as bytes: versioned, checksummed, without Java serialization.
 *
 * <p>{@link ravine.checkpoint.Sections} is what is kept, by name; {@link
 * ravine.checkpoint.CheckpointFormat} turns it into bytes and back. Where the bytes are kept and
 * when is the business of {@code ravine.resume}; what is kept, that of whoever holds it.
 *
 * <p>Depends on nothing but the JDK, not even on other packages of this project: rules and
 * schedules are text here and the rule's memory is plain arrays, so that a change to them cannot
 * make an old file unreadable.
 */
package ravine.checkpoint;
