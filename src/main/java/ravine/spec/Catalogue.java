package ravine.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The forms of one kind of thing.
 *
 * @param kind what errors call it
 * @param forms in the order in which they are listed
 * @param aliases other name → canonical name
 */
record Catalogue<T>(String kind, List<Form<? extends T>> forms, Map<String, String> aliases) {

  Optional<Form<? extends T>> find(String name) {
    String lower = Names.lower(name);
    String canonical = aliases.getOrDefault(lower, lower);
    return forms.stream().filter(form -> form.name().equals(canonical)).findFirst();
  }

  List<String> names() {
    return forms.stream().map(Form::name).toList();
  }

  List<String> namesAndAliases() {
    List<String> all = new ArrayList<>(names());
    aliases.keySet().stream().sorted().forEach(all::add);
    return all;
  }
}
