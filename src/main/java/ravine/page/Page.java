package ravine.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One HTML page that needs no other file and asks nobody for anything: its policy forbids requests.
 * Right on a phone and on a wide screen, in light and dark, on paper, by keyboard and read aloud.
 */
public final class Page {
  /** What the colour beside a verdict says. */
  public enum Tone {
    /** As it should be. */
    GOOD,
    /** Neither. */
    PLAIN,
    /** Something to do. */
    WARN
  }

  private final String title;
  private final StringBuilder body = new StringBuilder();
  private final StringBuilder scripts = new StringBuilder();
  private String subtitle = "";
  private boolean inSection;
  private int figures;

  /** A page without content. */
  public Page(String title) {
    this.title = title;
  }

  /** A line below the title: when, from what. */
  public Page subtitle(String text) {
    subtitle = text;
    return this;
  }

  /** The answer, before anything else. */
  public Page verdict(Tone tone, String headline, List<String> sentences) {
    body.append("<div class=\"verdict ")
        .append(tone.name().toLowerCase(java.util.Locale.ROOT))
        .append("\">\n<p class=\"headline\">")
        .append(Html.escape(headline))
        .append("</p>\n");
    sentences.forEach(
        sentence -> body.append("<p>").append(Html.escape(sentence)).append("</p>\n"));
    body.append("</div>\n");
    return this;
  }

  /** Numbers to see at once, each under its name. */
  public Page facts(Map<String, String> facts) {
    body.append("<dl class=\"facts\">\n");
    new LinkedHashMap<>(facts)
        .forEach(
            (name, value) ->
                body.append("<div><dt>")
                    .append(Html.escape(name))
                    .append("</dt><dd>")
                    .append(Html.escape(value))
                    .append("</dd></div>\n"));
    body.append("</dl>\n");
    return this;
  }

  /** Begins a section. */
  public Page section(String heading) {
    closeSection();
    body.append("<section>\n<h2>").append(Html.escape(heading)).append("</h2>\n");
    inSection = true;
    return this;
  }

  /** A paragraph. */
  public Page paragraph(String text) {
    body.append("<p class=\"text\">").append(Html.escape(text)).append("</p>\n");
    return this;
  }

  /** Figures side by side, as many as there is room for. */
  public Page figures(List<? extends Figure> shown) {
    body.append("<div class=\"figures\">\n");
    for (Figure figure : shown) {
      figures++;
      body.append(figure.html("f" + figures));
    }
    body.append("</div>\n");
    return this;
  }

  /** A table. */
  public Page table(Grid table) {
    body.append(table.html());
    return this;
  }

  /** Tables side by side, as many as there is room for. */
  public Page tables(List<Grid> tables) {
    body.append("<div class=\"tables\">\n");
    tables.forEach(table -> body.append(table.html()));
    body.append("</div>\n");
    return this;
  }

  /** What is seen only when it is asked for. */
  public Page folded(String summary, Grid table) {
    body.append("<details class=\"folded\"><summary>")
        .append(Html.escape(summary))
        .append("</summary>\n")
        .append(table.html())
        .append("</details>\n");
    return this;
  }

  /** Our own HTML, with texts of others {@linkplain Html#escape escaped} already. */
  public Page html(String own) {
    body.append(own);
    return this;
  }

  /** Our own script, run when the page is there; without one, the policy allows none. */
  public Page script(String own) {
    scripts.append("<script>\n").append(own).append("\n</script>\n");
    return this;
  }

  /** The page. */
  public String html() {
    closeSection();
    String policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
            + (scripts.length() == 0 ? "" : "; script-src 'unsafe-inline'");
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\""
        + policy
        + "\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        + "<meta name=\"color-scheme\" content=\"light dark\">\n"
        + "<link rel=\"icon\" href=\"data:,\">\n<title>"
        + Html.escape(title)
        + "</title>\n<style>\n"
        + STYLE
        + "</style>\n</head>\n<body>\n<main>\n<h1>"
        + Html.escape(title)
        + "</h1>\n"
        + (subtitle.isEmpty() ? "" : "<p class=\"subtitle\">" + Html.escape(subtitle) + "</p>\n")
        + body
        + "</main>\n"
        + scripts
        + "</body>\n</html>\n";
  }

  private void closeSection() {
    if (inSection) {
      body.append("</section>\n");
      inSection = false;
    }
  }

  private static final String STYLE = style();

  private static String style() {
    try (InputStream stream = Page.class.getResourceAsStream("page.css")) {
      if (stream == null) {
        throw new IllegalStateException("The jar lacks ravine/page/page.css");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("ravine/page/page.css cannot be read", e);
    }
  }
}
