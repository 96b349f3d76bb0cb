package ravine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Every public or protected symbol of the packages that have Javadoc says what it is, and every
 * component of a record has its {@code @param}. Javadoc's own check cannot do this: it demands
 * {@code @param} and {@code @return} of every setter, too, or nothing at all.
 */
class DocumentationTest {
  private static final Path SOURCES = Path.of("src/main/java");

  @Test
  void publicSymbols_ofThePublicPackages_haveAComment() throws IOException {
    List<JavaFileObject> files = new ArrayList<>();
    for (String name : publicPackages()) {
      Path folder = SOURCES.resolve(name.replace('.', '/'));
      assertThat(folder).as("a package of <public.packages> in pom.xml").isDirectory();
      assertThat(folder.resolve("package-info.java")).isRegularFile();
      try (Stream<Path> paths = Files.walk(folder)) {
        paths
            .filter(path -> path.toString().endsWith(".java"))
            .sorted()
            .forEach(path -> files.add(source(path.toString(), read(path))));
      }
    }

    assertThat(uncommented(files)).isEmpty();
  }

  @Test
  void uncommented_ofEachKind_isNamed() throws IOException {
    String text =
        """
        package a;

        /**
         * A type.
         *
         * @param seen is commented
         */
        public record Type(int seen, int unseen) {
          public static final int CONSTANT = 1;
          static final int OURS = 2;
          public Type { }
          public Type(int seen) { this(seen, 0); }
          public void method() { }
          @Override public String toString() { return ""; }
          void ours() { }
          public interface Inner { void called(); }
          enum Hidden { ONE; public void open() { } }
          /** Is commented. */
          public enum Choice { LEFT, /** Is commented. */ RIGHT }
        }
        """;

    assertThat(uncommented(List.of(source("a/Type.java", text))))
        .containsExactlyInAnyOrder(
            "a/Type.java: Type @param unseen",
            "a/Type.java: Type.CONSTANT",
            "a/Type.java: Type.<init>(1)",
            "a/Type.java: Type.method(0)",
            "a/Type.java: Type.Inner",
            "a/Type.java: Type.Inner.called(0)",
            "a/Type.java: Type.Choice.LEFT");
  }

  /** The packages that the build makes Javadoc of. */
  private static List<String> publicPackages() {
    String pom = read(Path.of("pom.xml"));
    String open = "<public.packages>";
    int from = pom.indexOf(open) + open.length();
    return Arrays.stream(pom.substring(from, pom.indexOf("</public.packages>")).split("[:\\s]+"))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaFileObject source(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name.replace('\\', '/')), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** Each as {@code file: Type.method(number of parameters)}. */
  private static List<String> uncommented(List<JavaFileObject> files) throws IOException {
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, files);
    DocTrees trees = DocTrees.instance(task);
    List<String> found = new ArrayList<>();
    for (CompilationUnitTree unit : task.parse()) {
      String file = unit.getSourceFile().toUri().getPath().substring(1);
      new Finder(trees, file, found).scan(unit, null);
    }
    return found;
  }

  /** Walks through types that users can name. */
  private static final class Finder extends TreePathScanner<Void, Void> {
    private final DocTrees trees;
    private final String file;
    private final List<String> found;

    Finder(DocTrees trees, String file, List<String> found) {
      this.trees = trees;
      this.file = file;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      if (!isOpen(type.getModifiers())) {
        return null;
      }
      require("");
      if (type.getKind() == Tree.Kind.RECORD) {
        Set<String> described = described();
        components(type)
            .filter(name -> !described.contains(name))
            .forEach(name -> found.add(file + ": " + name(getCurrentPath()) + " @param " + name));
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      ClassTree owner = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      int parameters = method.getParameters().size();
      boolean inherits =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
      boolean isHeader =
          owner.getKind() == Tree.Kind.RECORD
              && method.getName().contentEquals("<init>")
              && parameters == components(owner).count();
      if (isOpen(method.getModifiers()) && !inherits && !isHeader) {
        require("(" + parameters + ")");
      }
      return null;
    }

    @Override
    public Void visitVariable(VariableTree field, Void nothing) {
      ClassTree owner = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      if (owner.getKind() != Tree.Kind.RECORD || isStatic(field)) {
        if (isOpen(field.getModifiers())) {
          require("");
        }
      }
      return null;
    }

    private boolean isOpen(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      Tree owner = getCurrentPath().getParentPath().getLeaf();
      return flags.contains(Modifier.PUBLIC)
          || flags.contains(Modifier.PROTECTED)
          || (owner.getKind() == Tree.Kind.INTERFACE && !flags.contains(Modifier.PRIVATE));
    }

    private void require(String suffix) {
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      if (comment == null
          || (comment.getFullBody().isEmpty() && comment.getBlockTags().isEmpty())) {
        found.add(file + ": " + name(getCurrentPath()) + suffix);
      }
    }

    private Set<String> described() {
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      return comment == null
          ? Set.of()
          : comment.getBlockTags().stream()
              .filter(tag -> tag.getKind() == DocTree.Kind.PARAM)
              .map(tag -> ((ParamTree) tag).getName().toString())
              .collect(Collectors.toSet());
    }

    /** A record can have no other fields of its own than its components. */
    private static Stream<String> components(ClassTree record) {
      return record.getMembers().stream()
          .filter(member -> member instanceof VariableTree field && !isStatic(field))
          .map(member -> ((VariableTree) member).getName().toString());
    }

    private static boolean isStatic(VariableTree field) {
      return field.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    private static String name(TreePath path) {
      List<String> names = new ArrayList<>();
      for (TreePath at = path; at != null; at = at.getParentPath()) {
        Tree leaf = at.getLeaf();
        if (leaf instanceof ClassTree type) {
          names.add(0, type.getSimpleName().toString());
        } else if (leaf instanceof MethodTree method) {
          names.add(0, method.getName().toString());
        } else if (leaf instanceof VariableTree field) {
          names.add(0, field.getName().toString());
        }
      }
      return String.join(".", names);
    }
  }
}
