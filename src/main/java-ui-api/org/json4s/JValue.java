package org.json4s;

/**
 * The JSON of this name that Spark 4's pages return: the build is against 3.5, where it is {@code
 * JsonAST.JValue}. It is compiled against and never packaged.
 */
public abstract class JValue {}
