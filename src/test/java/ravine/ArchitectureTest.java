package ravine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The arrows between the packages; whoever needs another one changes this table and says why. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("ravine");

  /** What each package may use of the others, besides itself; one line per package there is. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("schedule", Set.of()),
          Map.entry("penalty", Set.of()),
          Map.entry("loss", Set.of()),
          Map.entry("checkpoint", Set.of()),
          Map.entry("rule", Set.of("schedule")),
          Map.entry("step", Set.of("rule", "schedule", "penalty", "loss")),
          Map.entry("spec", Set.of("step", "rule", "schedule", "penalty")),
          Map.entry("kernel", Set.of()),
          Map.entry("rows", Set.of("kernel")),
          Map.entry("objective", Set.of("rows", "penalty", "loss")),
          Map.entry("exchange", with(belowTheRun(), "rows", "objective")),
          Map.entry("curvature", with(belowTheRun(), "exchange", "objective", "rows", "kernel")),
          Map.entry("engine", with(belowTheRun(), "curvature", "exchange", "objective", "rows")),
          Map.entry("report", Set.of("engine")),
          Map.entry("mllib", belowTheApis()),
          Map.entry("ml", belowTheApis()),
          Map.entry("terminal", Set.of()),
          Map.entry("input", Set.of("terminal")),
          Map.entry(
              "bench",
              with(belowTheApis(), "ml", "mllib", "input", "terminal", "kernel", "curvature")),
          Map.entry(
              "cli",
              Set.of(
                  "ml",
                  "mllib",
                  "report",
                  "engine",
                  "exchange",
                  "rows",
                  "spec",
                  "bench",
                  "input",
                  "terminal")));

  /** What one step is. */
  private static Set<String> belowTheRun() {
    return Set.of("step", "rule", "schedule", "penalty", "loss");
  }

  private static Set<String> belowTheApis() {
    return with(belowTheRun(), "engine", "exchange", "objective", "rows", "spec");
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(Set.of(more));
    return all;
  }

  private static final String[] BELOW_THE_SPARK_LINE = {
    "ravine.kernel..",
    "ravine.objective..",
    "ravine.rule..",
    "ravine.schedule..",
    "ravine.penalty..",
    "ravine.loss..",
    "ravine.step..",
    "ravine.spec..",
    "ravine.checkpoint.."
  };

  @Test
  void packages_dependOnlyAlongTheArrows() {
    classes().that().resideInAPackage("ravine..").should(followTheArrows()).check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("ravine.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void belowTheLine_nothingKnowsSpark() {
    noClasses()
        .that()
        .resideInAnyPackage(BELOW_THE_SPARK_LINE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..", "org.apache.hadoop..")
        .check(CLASSES);
  }

  @Test
  void report_knowsOnlyTheHistoryOfTheEngine() {
    noClasses()
        .that()
        .resideInAPackage("ravine.report..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("ravine.engine..").and(DescribedPredicate.not(isHistory())))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void standardStreams_belongToTheCommandLine() {
    noClasses().that(resideOutsideTheCommandLine()).should(ACCESS_STANDARD_STREAMS).check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> resideOutsideTheCommandLine() {
    return DescribedPredicate.not(resideInAnyPackage("ravine.cli..", "ravine.terminal.."));
  }

  private static DescribedPredicate<JavaClass> isHistory() {
    Set<String> names =
        Set.of(
            "TrainingResult", "TrainingResult$Seconds", "PassRecord", "StepRecord", "StopReason");
    return DescribedPredicate.describe(
        "the records of a training's history",
        type -> names.contains(type.getName().substring("ravine.engine.".length())));
  }

  private static ArchCondition<JavaClass> followTheArrows() {
    return new ArchCondition<>("use only the packages named in ARROWS") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String from = packageOf(type);
        Set<String> allowed = ARROWS.get(from);
        if (allowed == null) {
          events.add(
              SimpleConditionEvent.violated(type, type.getName() + " is in no package of ARROWS"));
          return;
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          String to = packageOf(dependency.getTargetClass());
          if (!to.isEmpty() && !to.equals(from) && !allowed.contains(to)) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  /**
   * The part of the package name after {@code ravine.}, up to the next dot; empty for others'
   * classes.
   */
  private static String packageOf(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName() + ".";
    if (!name.startsWith("ravine.")) {
      return "";
    }
    String rest = name.substring("ravine.".length());
    return rest.isEmpty() ? "(root)" : rest.substring(0, rest.indexOf('.'));
  }
}
