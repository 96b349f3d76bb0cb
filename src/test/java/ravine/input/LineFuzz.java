package ravine.input;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import ravine.fuzz.FuzzTarget;
import ravine.fuzz.Mutations;

/** Lines of text files: LIBSVM, separated values, and any first line whose format is guessed. */
public final class LineFuzz implements FuzzTarget {
  private static final List<String> LIBSVM =
      List.of(
          "1 1:1.5 3:-2 17:1e-3 # document 7",
          "-1\t1:+1.5\t2147483647:3",
          "9007199254740992 2:nan 5:-inf",
          "0.5",
          "3 1:1 2:2 3:3 4:4 5:5 6:6 7:7 8:8");

  private static final List<String> SEPARATED =
      List.of(
          "label,a,b\n1,2.5,3\n0,1e3,x",
          "\"a b\";\"c \"\"d\"\"\";\n1;2;3",
          "# comment\n,0,1,2\n0,1.5,2,3\n",
          "1|2|\"three\n",
          "a\tb\tc\n1\t\t3");

  private final String name;
  private final List<String> good;
  private final Consumer<String> reader;

  private LineFuzz(String name, List<String> good, Consumer<String> reader) {
    this.name = name;
    this.good = good;
    this.reader = reader;
  }

  /** Each is a line, or refused with the rule that it breaks. */
  public static FuzzTarget libsvm() {
    return new LineFuzz("LIBSVM lines", LIBSVM, LineFuzz::parse);
  }

  private static void parse(String text) {
    LibsvmLine line = LibsvmLine.parse(text);
    if (line != null && line.width() < 1_000_000) {
      line.features(line.width(), false);
    }
  }

  /** All are lines of something. */
  public static FuzzTarget separated() {
    return new LineFuzz("CSV lines", SEPARATED, LineFuzz::split);
  }

  private static void split(String text) {
    List<String> lines = text.lines().limit(Dialect.LINES).toList();
    for (char usual : new char[] {',', '\t'}) {
      Dialect dialect = Dialect.of(lines, usual, usual == '\t', true);
      dialect.repeated();
      dialect.first().isNumberOrMissing(dialect.first().size());
    }
  }

  /** All have a format, or none. */
  public static FuzzTarget guessed() {
    return new LineFuzz(
        "first lines",
        List.of(LIBSVM.get(0), LIBSVM.get(4), SEPARATED.get(0), "1 2.5 3", "{\"a\": 1}", "PAR1"),
        text -> text.lines().findFirst().ifPresent(FormatGuess::fromLine));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Object input(SplittableRandom random) {
    return Mutations.text(random, good);
  }

  @Override
  public void read(Object input) {
    reader.accept((String) input);
  }

  /** That of a number that is none says nothing of the place. */
  @Override
  public boolean isDocumented(Throwable thrown) {
    return good == LIBSVM
        && thrown instanceof IllegalArgumentException
        && !(thrown instanceof NumberFormatException);
  }
}
