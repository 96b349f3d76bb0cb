/**
 * What a Spark Connect server is given: {@link ravine.connect.RavineBackend}. Compiled by itself,
 * since Spark 3.5 has no such servers; no other package may need it.
 */
package ravine.connect;
