package ravine.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NamesTest {

  @Test
  void distance_countsInsertionsDeletionsAndReplacements() {
    assertThat(Names.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Names.distance("", "abc")).isEqualTo(3);
    assertThat(Names.distance("abc", "abc")).isZero();
    assertThat(Names.distance("taks", "task")).isEqualTo(1);
  }

  @Test
  void nearest_isBestFirstAndLeavesOutTheFar() {
    assertThat(Names.nearest("pric", List.of("carat", "price", "prices")))
        .containsExactly("price", "prices");
  }

  @Test
  void find_ignoresCaseWhenThatIsUnique() {
    assertThat(Names.find("Price", List.of("price", "cut"))).hasValue("price");
    assertThat(Names.find("Price", List.of("price", "PRICE"))).isEmpty();
  }

  @Test
  void hint_nothingNear_listsNames() {
    List<String> many = IntStream.range(0, 40).mapToObj(i -> "column" + i).toList();

    assertThat(Names.hint("x", many)).contains("column0", "40 in all");
  }
}
