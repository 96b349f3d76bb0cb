/**
 * What training takes in memory, before it takes it: {@link ravine.memory.Preflight} estimates the
 * driver, the tasks and their results by way of training, and refuses what cannot fit.
 *
 * <p>Internal, no promise. Knows the ways of training by their options, and nothing of how they go.
 */
package ravine.memory;
