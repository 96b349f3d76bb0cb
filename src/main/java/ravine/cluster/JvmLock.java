package ravine.cluster;

import java.util.UUID;

/**
 * A lock of which the JVM has one for each name, also where several class loaders have a copy of
 * this class each, because several sessions have brought our jar. What all copies share are objects
 * of the JDK: the one string of that text, whose monitor they take, and a system property that says
 * whether somebody holds the lock.
 */
public final class JvmLock {
  private final String name;
  private final String holder = UUID.randomUUID().toString();

  private JvmLock(String name) {
    this.name = name;
  }

  /** One to be taken and given back once. */
  public static JvmLock of(String name) {
    return new JvmLock(("ravine." + name).intern());
  }

  /**
   * Takes it as soon as nobody else has it.
   *
   * @return whether that was within so many nanoseconds
   */
  public boolean tryLock(long nanos) throws InterruptedException {
    long start = System.nanoTime();
    synchronized (name) {
      while (System.getProperty(name) != null) {
        long left = nanos - (System.nanoTime() - start);
        if (left <= 0) {
          return false;
        }
        name.wait(1 + left / 1_000_000);
      }
      System.setProperty(name, holder);
      return true;
    }
  }

  /** Gives it back; does nothing where it is not held by this object. */
  public void unlock() {
    synchronized (name) {
      if (holder.equals(System.getProperty(name))) {
        System.clearProperty(name);
        name.notifyAll();
      }
    }
  }
}
