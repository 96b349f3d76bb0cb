package ravine.cluster;

import java.io.Serializable;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list that is serialized without those of its members that cannot be; they stay behind, with a
 * warning.
 */
public final class TravellingList<T> extends ArrayList<T> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TravellingList.class);

  /** Called by Java's serialization. */
  private Object writeReplace() {
    TravellingList<T> travelling = new TravellingList<>();
    for (T member : this) {
      if (member instanceof Serializable) {
        travelling.add(member);
      } else {
        LOG.warn("{} is not Serializable and stays behind", member.getClass());
      }
    }
    return travelling;
  }
}
