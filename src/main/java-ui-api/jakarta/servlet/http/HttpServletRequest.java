package jakarta.servlet.http;

/**
 * The request of this name that Spark 4's pages are given: the build is against 3.5, whose pages
 * are given {@code javax}'s. It is compiled against and never packaged.
 */
public interface HttpServletRequest {}
