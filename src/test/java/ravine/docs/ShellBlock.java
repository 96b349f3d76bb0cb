package ravine.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ravine.docs.Page.Piece;

/** The commands of a {@code bash} block, split into words as a shell splits them. */
final class ShellBlock {
  /** A quoted text, or what holds no blank, no quote and no comment. */
  private static final Pattern WORD_PART = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\\s\"'#]+)");

  private ShellBlock() {}

  /**
   * One command.
   *
   * @param piece the line it begins in
   * @param words never empty
   */
  record Command(Piece piece, List<String> words) {
    String name() {
      return words.get(0);
    }

    List<String> arguments() {
      return words.subList(1, words.size());
    }
  }

  /** The commands of a block: one a line, or several lines where each but the last ends in \. */
  static List<Command> commands(Piece block) {
    List<Command> commands = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    int began = 0;
    String[] lines = block.text().split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (open.isEmpty()) {
        began = i;
      }
      String line = lines[i].stripTrailing();
      if (line.endsWith("\\")) {
        open.append(line, 0, line.length() - 1).append(' ');
        continue;
      }
      open.append(line);
      for (String text : open.toString().split(" && ", -1)) {
        List<String> words = words(text);
        if (!words.isEmpty()) {
          commands.add(
              new Command(new Piece(block.page(), block.line() + began, text.strip()), words));
        }
      }
      open.setLength(0);
    }
    return commands;
  }

  /**
   * Words; {@code -Dexec.args="train --data x"} is one; what follows a # that begins one is none.
   */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    Matcher part = WORD_PART.matcher(text);
    int end = 0;
    while (part.find(end) && !commentBefore(text, end, part.start())) {
      if (part.start() > end && !word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
      for (int group = 1; group <= 3; group++) {
        word.append(part.group(group) == null ? "" : part.group(group));
      }
      end = part.end();
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  private static boolean commentBefore(String text, int from, int to) {
    return text.substring(from, to).contains("#");
  }
}
