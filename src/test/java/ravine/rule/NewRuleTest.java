package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A new rule is three files: itself, what {@link UpdateRule} permits, and the table of specs. */
class NewRuleTest {
  private static final Set<String> RULES =
      Arrays.stream(UpdateRule.class.getPermittedSubclasses())
          .map(Class::getName)
          .collect(Collectors.toSet());

  /** The interface and the table know all of them; a class that knows three keeps a list. */
  @Test
  void classes_ofOtherPackages_holdNoListOfRules() {
    Map<String, Set<String>> lists = new TreeMap<>();
    int known = 0;
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("ravine")) {
      if (RULES.contains(type.getName())) {
        continue;
      }
      Set<String> named = new TreeSet<>();
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        if (RULES.contains(target)) {
          named.add(target);
        }
      }
      known += named.isEmpty() ? 0 : 1;
      if (named.size() > 2) {
        lists.put(type.getName(), named);
      }
    }
    assertThat(known).as("classes that know a rule by name").isPositive();
    // What the ravine shows is chosen, and need not be all.
    assertThat(lists.keySet()).containsExactly("ravine.landscape.Method", "ravine.spec.Specs");
    assertThat(lists.get("ravine.spec.Specs")).isEqualTo(RULES);
  }
}
