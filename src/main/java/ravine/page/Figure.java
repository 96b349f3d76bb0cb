package ravine.page;

/** A picture with its title, its description and the numbers behind it. */
public interface Figure {
  /**
   * A {@code figure} element.
   *
   * @param id begins the ids of what is in it; no other figure of the page has it
   */
  String html(String id);
}
