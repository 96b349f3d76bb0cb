package ravine.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Inputs a few edits away from good ones: characters changed, pieces cut out, doubled, repeated
 * many times, swapped with those of another good one, or put in from a list of troublesome ones.
 */
public final class Mutations {
  private static final int MOST_EDITS = 6;
  private static final int LONGEST = 200_000;

  /** Numbers beyond every type, other digits, other blanks, half characters, markup, paths. */
  private static final List<String> TROUBLE =
      List.of(
          "NaN",
          "-Infinity",
          "1e999999999",
          "-1e-999999999",
          "0x1p53",
          "9007199254740993",
          "1e400",
          "-0.0",
          "00000000000000000000001",
          "9999999999999999999999",
          "2147483648",
          "-2147483649",
          "1_000",
          "1,5",
          "٣",
          "１",
          "+-1",
          "1e",
          "1d",
          "1f",
          ".",
          "..",
          "../../etc/passwd",
          "/",
          "\\",
          "<script>alert(1)</script>",
          "\"",
          "'",
          "\"\"",
          "${sys:user.home}",
          "${a:-${a}}",
          "%s%n",
          "%d",
          "{}",
          "\u0000",
          "\u0001",
          "\uFEFF",
          "\u00A0",
          "\u2028",
          "\uD800",
          "\uDFFF",
          "é",
          "𝔘",
          "\r",
          "\n",
          "\r\n",
          "\t",
          " ",
          "",
          "#",
          ":",
          "=",
          ",",
          ";",
          "|",
          "(",
          ")",
          "((((((((",
          "))))",
          "qid:1",
          "1:1",
          "0:1",
          "-1:1",
          "1:",
          ":1",
          "true",
          "null",
          "*",
          "@",
          "@/dev/zero",
          "--",
          "-h");

  private Mutations() {}

  /** A text near one of these. */
  public static String text(SplittableRandom random, List<String> good) {
    StringBuilder text = new StringBuilder(pick(random, good));
    for (int edits = random.nextInt(MOST_EDITS); edits > 0; edits--) {
      edit(random, text, good);
    }
    if (text.length() > LONGEST) {
      text.setLength(LONGEST);
    }
    return text.toString();
  }

  private static void edit(SplittableRandom random, StringBuilder text, List<String> good) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(random.nextBoolean() ? 3 : 40));
    switch (random.nextInt(8)) {
      case 0 -> text.replace(from, to, String.valueOf((char) random.nextInt(0x250)));
      case 1 -> text.insert(from, (char) random.nextInt(0x10000));
      case 2 -> text.delete(from, to);
      case 3 -> text.insert(from, text.substring(from, to));
      case 4 -> text.insert(from, repeated(text.substring(from, to), random));
      case 5 -> text.insert(from, pick(random, TROUBLE));
      case 6 -> text.replace(from, to, pick(random, TROUBLE));
      default -> {
        String other = pick(random, good);
        text.replace(from, text.length(), other.substring(random.nextInt(other.length() + 1)));
      }
    }
  }

  /** Mostly a few times, sometimes very often. */
  private static String repeated(String piece, SplittableRandom random) {
    int times = 1 << random.nextInt(random.nextInt(8) == 0 ? 17 : 6);
    return piece.repeat(Math.min(times, LONGEST / Math.max(1, piece.length())));
  }

  private static String pick(SplittableRandom random, List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  /** Bytes near these. */
  public static byte[] bytes(SplittableRandom random, byte[] good) {
    byte[] bytes = good.clone();
    for (int edits = random.nextInt(MOST_EDITS); edits > 0; edits--) {
      bytes = edit(random, bytes);
    }
    return bytes;
  }

  private static byte[] edit(SplittableRandom random, byte[] bytes) {
    if (bytes.length < 8) {
      return Arrays.copyOf(bytes, random.nextInt(64));
    }
    int at = random.nextInt(bytes.length - 7);
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] = (byte) random.nextInt();
      case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> Arrays.fill(bytes, at, at + 4, (byte) (random.nextBoolean() ? 0x7F : 0xFF));
      case 3 -> Arrays.fill(bytes, at, at + 8, (byte) (random.nextBoolean() ? 0 : 0x7F));
      case 4 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 32));
      }
      default -> {
        int from = random.nextInt(bytes.length - 7);
        System.arraycopy(bytes.clone(), from, bytes, at, bytes.length - Math.max(at, from));
      }
    }
    return bytes;
  }
}
