package ravine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What no test may do. (That none is skipped, the build checks in the reports.) */
class TestHabitsTest {
  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          .importPackages("ravine");

  @Test
  void tests_neverSleep() {
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.<JavaMethodCall>describe(
                "target is a sleep", call -> isSleep(call.getTarget())))
        .check(TESTS);
  }

  private static boolean isSleep(MethodCallTarget target) {
    return target.getName().equals("sleep")
        && target.getOwner().getPackageName().startsWith("java.");
  }
}
