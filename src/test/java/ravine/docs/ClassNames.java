package ravine.docs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Simple names of the classes a page may speak of: ours, and all of the class path. */
final class ClassNames {
  private static final String CLASS = ".class";
  private static final String JAVA = ".java";

  private ClassNames() {}

  static Set<String> known() throws IOException {
    Set<String> names = new HashSet<>();
    // Of the JDK, whose classes are in no jar.
    for (Class<?> type : List.of(IllegalStateException.class, IllegalArgumentException.class)) {
      names.add(type.getSimpleName());
    }
    for (String folder : List.of("src", "examples")) {
      try (Stream<Path> files = Files.walk(Page.root().resolve(folder))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(JAVA))
            .forEach(name -> names.add(name.substring(0, name.length() - JAVA.length())));
      }
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.endsWith(".jar")) {
        try (JarFile jar = new JarFile(entry)) {
          jar.stream()
              .map(file -> file.getName().replaceFirst(".*/", ""))
              .filter(name -> name.endsWith(CLASS) && name.indexOf('$') < 0)
              .forEach(name -> names.add(name.substring(0, name.length() - CLASS.length())));
        }
      }
    }
    return names;
  }
}
