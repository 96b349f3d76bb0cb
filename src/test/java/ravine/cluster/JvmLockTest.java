package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import ravine.TwiceLoaded;

class JvmLockTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  @Test
  void tryLock_heldByAnother_isHadWhenItIsGivenBack() throws Exception {
    JvmLock first = JvmLock.of("test");
    JvmLock second = JvmLock.of("test");
    assertThat(first.tryLock(0)).isTrue();
    assertThat(second.tryLock(1_000_000)).isFalse();
    second.unlock();
    assertThat(second.tryLock(0)).isFalse();
    CountDownLatch asks = new CountDownLatch(1);
    var one = Executors.newSingleThreadExecutor();
    try {
      var had =
          one.submit(
              () -> {
                asks.countDown();
                return second.tryLock(MINUTE);
              });
      asks.await();
      first.unlock();
      assertThat(had.get(2, TimeUnit.MINUTES)).isTrue();
      assertThat(first.tryLock(0)).isFalse();
    } finally {
      one.shutdownNow();
      second.unlock();
    }
  }

  @Test
  void tryLock_otherName_isAnotherLock() throws Exception {
    JvmLock one = JvmLock.of("one");
    JvmLock other = JvmLock.of("other");
    assertThat(one.tryLock(0) && other.tryLock(0)).isTrue();
    one.unlock();
    other.unlock();
  }

  /** A lock in a static field is one for each class loader. */
  @Test
  void tryLock_classesLoadedTwice_isOneLock() throws Exception {
    JvmLock here = JvmLock.of("twice");
    try (URLClassLoader loader = TwiceLoaded.loader()) {
      Class<?> twin = loader.loadClass(JvmLock.class.getName());
      assertThat(twin).isNotSameAs(JvmLock.class);
      Object there = twin.getMethod("of", String.class).invoke(null, "twice");
      Method tryLock = twin.getMethod("tryLock", long.class);
      assertThat(here.tryLock(0)).isTrue();
      assertThat(tryLock.invoke(there, 0L)).isEqualTo(false);
      here.unlock();
      assertThat(tryLock.invoke(there, 0L)).isEqualTo(true);
      assertThat(here.tryLock(0)).isFalse();
      twin.getMethod("unlock").invoke(there);
    }
  }
}
