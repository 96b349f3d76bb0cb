package ravine.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** A sample of what {@link FuzzInputsMain} tries. */
class FuzzInputsTest {
  @Provide
  Arbitrary<FuzzTarget> targets() {
    return Arbitraries.of(Fuzz.targets());
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs().between(0L, 1L << 40);
  }

  @Property(
      tries = 5_000,
      seed = "20261126",
      generation = GenerationMode.RANDOMIZED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void read_brokenInput_isTakenOrRefusedAsDocumented(
      @ForAll("targets") FuzzTarget target, @ForAll("seeds") long seed) {
    assertThat(Fuzz.read(target, seed).wrong()).isNull();
  }
}
