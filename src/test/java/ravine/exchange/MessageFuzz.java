package ravine.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import ravine.cluster.TaskWatchFixtures;
import ravine.fuzz.FuzzTarget;
import ravine.fuzz.Mutations;

/**
 * Messages to the driver of resident workers, from strangers and from who knows the key. Whatever
 * comes, a good worker that says hello afterwards is taken in.
 */
public final class MessageFuzz implements FuzzTarget {
  private static final int FEATURES = 8;
  private static final int SUMS = 9;
  private static final int MOST_ATTEMPT = 30;
  private static final StepRequest REQUEST =
      StepRequest.all(StepRequest.Kind.GRADIENT, new double[SUMS]);

  @Override
  public String name() {
    return "messages";
  }

  @Override
  public Object input(SplittableRandom random) {
    Protocol.Sender sender =
        ExchangeFixtures.sender(random.nextInt(2), random.nextInt(2 * MOST_ATTEMPT));
    SparseSlice slice = SparseSlice.of(3, 2, 9, new int[] {5, 1, 7});
    double[] sums = PartialSum.create(SUMS);
    Message good =
        switch (random.nextInt(5)) {
          case 0 -> Protocol.hello(sender);
          case 1 -> Protocol.push(sender, 1, sums);
          case 2 -> Protocol.push(sender, 1, new double[2 + PartialSum.TAIL], new int[] {3, 4});
          case 3 -> Protocol.touch(sender, slice);
          default -> Protocol.pull(sender, 1, sums, slice.identity(), slice);
        };
    return Mutations.bytes(random, good.remote());
  }

  @Override
  public void read(Object input) {
    Exchange exchange =
        new Exchange(2, FEATURES, any -> SUMS, ExchangeFixtures.WAITS, ExchangeFixtures.KEY);
    exchange.admit(TaskWatchFixtures.of(attempt -> attempt <= MOST_ATTEMPT));
    IllegalArgumentException refusal = null;
    try {
      Message message = Message.of(input);
      exchange.receive(message, answer -> {});
      Question.Dense question = new Question.Dense(1, REQUEST, 2, SUMS, null);
      question.hold(0, message);
      question.fold(0);
    } catch (IllegalArgumentException refused) {
      refusal = refused;
    }
    List<Message> answers = new ArrayList<>();
    ExchangeFixtures.welcome(exchange, MOST_ATTEMPT, answers::add);
    if (answers.size() != 2) {
      throw new AssertionError("good workers were not taken in");
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  @Override
  public boolean isDocumented(Throwable thrown) {
    return thrown instanceof IllegalArgumentException;
  }
}
