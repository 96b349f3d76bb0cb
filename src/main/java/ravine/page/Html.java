package ravine.page;

/** Texts of others, as text in a page. */
public final class Html {
  private Html() {}

  /** The text for an element's content or an attribute in double quotes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
