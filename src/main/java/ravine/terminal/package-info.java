/**
 * Talking to a terminal: what every command shares, sentences of failure and their exit status,
 * tables, output files that are whole or not there, and Spark as the commands start it.
 *
 * <p>Internal, no promise. Uses no other package.
 */
package ravine.terminal;
