package ravine.ml;

import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Cancels fits at random moments by job group, tag, all and interrupt: {@code CancelsMain COUNT
 * [SEED [ENGINE]]}. Ends with status 1 if one was not heard within two seconds.
 */
final class CancelsMain {
  private CancelsMain() {}

  public static void main(String[] args) throws InterruptedException {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 100;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    String[] engines = args.length > 2 ? new String[] {args[2]} : new String[] {"auto", "jobs"};
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("cancels")
            .set("spark.ui.enabled", "false");
    int unheard = 0;
    try (SparkSession session = SparkSession.builder().config(conf).getOrCreate()) {
      CancelCase.run(session, seed - 1, "auto"); // classes are loaded then
      for (String engine : engines) {
        int heard = 0;
        double longest = 0.0;
        for (int i = 0; i < count / engines.length; i++) {
          CancelCase done = CancelCase.run(session, seed + i, engine);
          if (done.isHeard()) {
            heard++;
            longest = Math.max(longest, done.seconds());
          } else {
            unheard++;
            System.out.println("not heard: " + done);
          }
        }
        System.out.printf(
            Locale.ROOT,
            "engine=%s: %d of %d cancels heard, the slowest after %.2f s%n",
            engine,
            heard,
            count / engines.length,
            longest);
      }
    }
    System.exit(unheard == 0 ? 0 : 1);
  }
}
