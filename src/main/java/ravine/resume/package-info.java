/**
 * Where checkpoints are kept, and when one is made: {@link ravine.resume.CheckpointPlan} is what
 * the user chose, {@link ravine.resume.CheckpointStore} the directory on any of Hadoop's file
 * systems, {@link ravine.resume.Fingerprint} what a fit and its data are known by, and {@link
 * ravine.resume.Checkpoints} what a run holds of all this, {@link ravine.resume.CheckpointWriter}
 * who writes.
 *
 * <p>Internal, no promise. Knows files and bytes, and nothing of training.
 */
package ravine.resume;
