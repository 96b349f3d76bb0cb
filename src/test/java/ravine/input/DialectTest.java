package ravine.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DialectTest {
  private static Dialect guess(String... lines) {
    return Dialect.of(List.of(lines), ',', false, true);
  }

  /** A quote in the middle of a field had all of the field looked at again. */
  @Test
  @Timeout(5)
  void of_quotesInOneLongField_takesNoSquareOfTheirNumber() {
    Dialect dialect = guess("a\"".repeat(300_000));
    assertThat(dialect.first().fields()).hasSize(1);
  }

  @Test
  void of_namesAboveNumbers_isHeader() {
    assertThat(guess("label,a", "1,2").header()).isTrue();
    assertThat(guess("label,0,1", "1,1.5,2").header()).isTrue();
    assertThat(guess("label,a").header()).isTrue();
    assertThat(guess("\"0\",\"1\"", "1,1.5", "0,2.5").header()).isTrue();
    assertThat(guess("label,a,", "1,2,").header()).isTrue();
    assertThat(guess(",label,a", "0,1,2").header()).isTrue();
    assertThat(guess("id,colour", "x1,red", "x2,red").header()).isTrue();
  }

  @Test
  void of_numbersAboveNumbers_isNoHeader() {
    assertThat(guess("5.1,setosa", "4.9,setosa").header()).isFalse();
    assertThat(guess("1,?,3", "1,2,3").header()).isFalse();
    assertThat(guess("NaN,setosa", "2,setosa").header()).isFalse();
    assertThat(guess("1.5,NA", "2,3").header()).isFalse();
  }

  @Test
  void of_letterCodesThatComeAgain_isNoHeader() {
    assertThat(guess("p,x,s", "e,x,s", "p,b,s", "p,x,y").header()).isFalse();
    assertThat(guess("label,a", "1,2", "label,a", "3,4").header()).isTrue();
  }

  @Test
  void of_countedNames_areHeaderWhereTheDataAreNoCounts() {
    assertThat(guess("0,1,2", "1,1.56,-0.61").header()).isTrue();
    assertThat(guess(",0,1", "0,1.5,2", "1,2.5,3").header()).isTrue();
    assertThat(guess("0,1,2,3,4", "7,7,7,7,7").header()).isTrue();
    assertThat(guess("0,1", "1,0", "0,3").header()).isFalse();
    assertThat(guess("0,1,3", "1,1.56,-0.61").header()).isFalse();
  }

  @Test
  void of_otherSeparators_areFound() {
    assertThat(guess("label;a;b", "1;1,5;2", "0;2,5;3").separator()).isEqualTo(';');
    assertThat(guess("label|a", "1|2").separator()).isEqualTo('|');
    assertThat(guess("label\ta", "1\t2").separator()).isEqualTo('\t');
    assertThat(guess("text", "a;b", "c").separator()).isEqualTo(',');
    assertThat(guess("a;b,c", "1;2,3").separator()).isEqualTo(',');
    assertThat(guess("\"a,b\";c", "1;2").separator()).isEqualTo(';');
    assertThat(Dialect.of(List.of("a;b", "1;2"), ',', true, true).separator()).isEqualTo(',');
  }

  @Test
  void of_commentsFirst_areNoHeader() {
    Dialect dialect = guess("# exported, 2024", "#", "label,a", "1,2");

    assertThat(dialect.comments()).isEqualTo(2);
    assertThat(dialect.first().fields()).containsExactly("label", "a");
    assertThat(dialect.header()).isTrue();
    assertThat(guess("#label,a", "1,2").comments()).isZero();
    assertThat(guess("#label,a", "1,2").header()).isTrue();
    assertThat(guess("# one", "#label,a", "1,2").comments()).isEqualTo(1);
    assertThat(Dialect.of(List.of("#x,y", "a,b", "1,2"), ',', false, false).comments()).isZero();
  }

  @Test
  void repeated_namesThatDifferInCaseOnly_areListed() {
    assertThat(guess("label,a,A,b", "1,2,3,4").repeated()).containsExactly("A");
  }

  @Test
  void separatedLine_quotes_areRead() {
    assertThat(SeparatedLine.of("0,\"5\"\" x 7\"\", blue\",-1", ',').fields())
        .containsExactly("0", "5\" x 7\", blue", "-1");
    assertThat(SeparatedLine.of("1,\"D:\\\",2", ',').fields()).containsExactly("1", "D:\\", "2");
    assertThat(SeparatedLine.of("5\" wide,2", ',').fields()).containsExactly("5\" wide", "2");
    assertThat(SeparatedLine.of("1,\"New", ',').open()).isTrue();
    assertThat(SeparatedLine.of("1,\"New\"", ',').open()).isFalse();
  }
}
