/**
 * Training state as bytes: versioned, checksummed, without Java serialization.
 *
 * <p>{@link ravine.checkpoint.TrainingState} is what must be kept so that training can go on as if
 * it had never stopped; {@link ravine.checkpoint.CheckpointFormat} turns it into bytes and back.
 * Where the bytes are kept is someone else's business.
 *
 * <p>Depends on nothing but the JDK, not even on other packages of this project: rules and
 * schedules are text here and the rule's memory is plain arrays, so that a change to them cannot
 * make an old file unreadable.
 */
@NullMarked
package ravine.checkpoint;

import org.jspecify.annotations.NullMarked;
