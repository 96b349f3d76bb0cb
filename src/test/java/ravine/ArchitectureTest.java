package ravine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
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
          Map.entry("validation", Set.of("loss")),
          Map.entry("resume", Set.of("checkpoint")),
          Map.entry("rule", Set.of("schedule")),
          Map.entry("step", Set.of("rule", "schedule", "penalty", "loss", "checkpoint")),
          Map.entry("spec", Set.of("step", "rule", "schedule", "penalty")),
          Map.entry("kernel", Set.of()),
          Map.entry("cluster", Set.of()),
          Map.entry("plugin", Set.of()),
          Map.entry("rows", Set.of("kernel", "cluster")),
          Map.entry("objective", Set.of("rows", "penalty", "loss")),
          Map.entry(
              "exchange",
              with(belowTheRun(), "rows", "objective", "kernel", "cluster", "validation")),
          Map.entry("curvature", with(belowTheRun(), "exchange", "objective", "rows", "kernel")),
          Map.entry("newton", with(belowTheRun(), "curvature", "exchange", "objective", "rows")),
          Map.entry("batches", with(belowTheRun(), "curvature", "exchange", "objective")),
          Map.entry(
              "engine",
              with(
                  belowTheRun(),
                  "newton",
                  "batches",
                  "curvature",
                  "exchange",
                  "objective",
                  "rows",
                  "cluster",
                  "plugin",
                  "validation",
                  "resume")),
          Map.entry(
              "many",
              Set.of(
                  "engine",
                  "exchange",
                  "objective",
                  "rows",
                  "loss",
                  "validation",
                  "cluster",
                  "resume")),
          Map.entry("memory", Set.of("engine", "exchange", "curvature", "rows", "rule", "cluster")),
          Map.entry("page", Set.of()),
          Map.entry("landscape", Set.of("rule", "schedule", "loss", "page")),
          Map.entry("evaluation", Set.of()),
          Map.entry("report", Set.of("engine", "step", "page", "evaluation")),
          Map.entry("mllib", belowTheApis()),
          Map.entry(
              "ml", with(belowTheApis(), "many", "curvature", "cluster", "validation", "page")),
          Map.entry("connect", Set.of()),
          Map.entry("terminal", Set.of()),
          Map.entry("input", Set.of("terminal")),
          Map.entry(
              "bench",
              with(
                  belowTheApis(),
                  "ml",
                  "many",
                  "mllib",
                  "input",
                  "terminal",
                  "kernel",
                  "validation",
                  "curvature",
                  "plugin")),
          Map.entry(
              "cli",
              Set.of(
                  "ml",
                  "mllib",
                  "report",
                  "landscape",
                  "evaluation",
                  "page",
                  "engine",
                  "exchange",
                  "rows",
                  "cluster",
                  "spec",
                  "bench",
                  "input",
                  "terminal")));

  /** What one step is. */
  private static Set<String> belowTheRun() {
    return Set.of("step", "rule", "schedule", "penalty", "loss", "checkpoint");
  }

  private static Set<String> belowTheApis() {
    return with(
        belowTheRun(), "memory", "engine", "exchange", "objective", "rows", "spec", "resume");
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(Set.of(more));
    return all;
  }

  /** A package of more files than this is checked for circles between its classes. */
  private static final int LARGE = 25;

  /** And these of any size: they were one package once, with circles in it. */
  private static final Set<String> CUT_FROM_ONE =
      Set.of("rows", "objective", "exchange", "curvature", "newton", "batches", "engine");

  /** What examples may use, besides a listener and what the engine tells. */
  private static final Set<String> SHOWN =
      Set.of("ml", "mllib", "rule", "schedule", "penalty", "loss", "spec", "step", "report");

  /** What the engine tells of a training. */
  private static final Set<String> RESULTS =
      Set.of(
          "TrainingResult",
          "TrainingResult$Seconds",
          "PassRecord",
          "PassRecord$Cost",
          "StepRecord",
          "StopReason");

  private static final String[] BELOW_THE_SPARK_LINE = {
    "ravine.kernel..",
    "ravine.objective..",
    "ravine.rule..",
    "ravine.schedule..",
    "ravine.penalty..",
    "ravine.loss..",
    "ravine.step..",
    "ravine.spec..",
    "ravine.checkpoint..",
    "ravine.validation..",
    "ravine.page..",
    "ravine.landscape.."
  };

  @Test
  void packages_dependOnlyAlongTheArrows() {
    classes().that().resideInAPackage("ravine..").should(followTheArrows()).check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("ravine.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /** A row for a package that is gone allows what nobody looks at any more. */
  @Test
  void arrows_nameThePackagesThereAre() {
    Set<String> packages = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      packages.add(packageOf(type));
    }
    Set<String> named = new TreeSet<>(ARROWS.keySet());
    ARROWS.values().forEach(named::addAll);
    assertThat(named).isEqualTo(packages);
    assertThat(new TreeSet<>(ARROWS.keySet())).isEqualTo(packages);
  }

  /** Inside a package no import shows who uses whom; in a large one a circle is met too late. */
  @Test
  void classesOfLargePackages_haveNoCycles() {
    Map<String, Set<String>> members = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      members.computeIfAbsent(ownPackageOf(type), name -> new TreeSet<>()).add(fileOf(type));
    }
    members.forEach(
        (name, files) -> {
          if (files.size() > LARGE || CUT_FROM_ONE.contains(name)) {
            slices().assignedFrom(families(name)).should().beFreeOfCycles().check(CLASSES);
          }
        });
  }

  @Test
  void examples_useOnlyWhatUsersAreShown() {
    URL tests = ArchitectureTest.class.getProtectionDomain().getCodeSource().getLocation();
    JavaClasses examples = new ClassFileImporter().importUrl(tests).that(resideInAPackage(""));
    assertThat(examples).as("classes in the unnamed package").isNotEmpty();
    classes().should(useOnlyWhatUsersAreShown()).check(examples);
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
    return DescribedPredicate.describe(
        "the records of a training's history", ArchitectureTest::isResult);
  }

  private static boolean isResult(JavaClass type) {
    return RESULTS.contains(type.getName().substring("ravine.engine.".length()));
  }

  /**
   * The classes of a package as slices: a class with those nested in it is one, and so is a sealed
   * type with what it permits, which cannot but know each other.
   */
  private static SliceAssignment families(String ofPackage) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return ownPackageOf(type).equals(ofPackage)
            ? SliceIdentifier.of(familyOf(type))
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "classes of ravine." + ofPackage;
      }
    };
  }

  /** The package itself, after {@code ravine.}: within it no import shows who uses whom. */
  private static String ownPackageOf(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.startsWith("ravine.") ? name.substring("ravine.".length()) : "";
  }

  /** The name of the file's class, or that of the sealed type at the top, if it is of one. */
  private static String familyOf(JavaClass type) {
    Class<?> top = topOf(type);
    for (Class<?> above = sealedAbove(top); above != null; above = sealedAbove(top)) {
      top = above;
    }
    return top.getName();
  }

  private static @Nullable Class<?> sealedAbove(Class<?> type) {
    List<Class<?>> parents = new ArrayList<>(List.of(type.getInterfaces()));
    if (type.getSuperclass() != null) {
      parents.add(type.getSuperclass());
    }
    for (Class<?> parent : parents) {
      if (parent.isSealed() && parent.getPackageName().equals(type.getPackageName())) {
        return top(parent);
      }
    }
    return null;
  }

  private static Class<?> topOf(JavaClass type) {
    return top(type.reflect());
  }

  private static Class<?> top(Class<?> type) {
    Class<?> outer = type;
    while (outer.getEnclosingClass() != null) {
      outer = outer.getEnclosingClass();
    }
    return outer;
  }

  private static String fileOf(JavaClass type) {
    String name = type.getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static boolean isListener(JavaClass type) {
    return type.getName().equals("ravine.engine.TrainingListener");
  }

  private static ArchCondition<JavaClass> useOnlyWhatUsersAreShown() {
    return new ArchCondition<>("use only the API and the results of the engine") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass used = dependency.getTargetClass().getBaseComponentType();
          String to = packageOf(used);
          boolean shown =
              to.equals("engine") ? isResult(used) || isListener(used) : SHOWN.contains(to);
          if (!to.isEmpty() && !shown) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
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
