package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The questions of several models as one ({@link StepRequest.Kind#MANY}): its answer is their
 * answers one after the other, each with its tail, and a tail of its own. So one exchange, and
 * where they ask about the same rows one read of these, serves all; each answer has the bits that
 * it would have alone.
 *
 * <p>As a request, {@code other} is the number of models and eleven numbers for each, {@code point}
 * their points and other vectors one after the other.
 */
final class Many {
  private static final int HEAD = 11;

  private Many() {}

  /**
   * One model's question.
   *
   * @param view an index into the views of {@link Work}
   * @param seed of the order of the groups
   * @param request where margins are kept it says in which slots: 2m and 2m + 1 of model m
   * @param length of the answer, with its tail
   */
  record Part(int view, long seed, StepRequest request, int length) {}

  /**
   * How far the questions go that are asked as one: those that are folded in groups of partitions
   * stay alone, because they are in groups of their own length, and others as long as the driver
   * can take in what all partitions send.
   *
   * @param lengths of the answers, with their tails
   * @param from the first of them
   * @param most numbers that all partitions may send
   * @return where the next begins
   */
  static <T> int together(
      List<T> all, ToIntFunction<T> lengths, int from, int partitions, long most) {
    long numbers = 0;
    for (int i = from; i < all.size(); i++) {
      int length = lengths.applyAsInt(all.get(i));
      numbers += length;
      boolean alone = PartialSum.groupSize(partitions, length - PartialSum.TAIL) > 1;
      if (i > from && (alone || numbers * partitions > most)) {
        return i;
      }
      if (alone) {
        return i + 1;
      }
    }
    return all.size();
  }

  /** Partitions that are folded into one group: those of the first answer. */
  static int groupSize(int partitions, int dimension, int @Nullable [] ends) {
    return PartialSum.groupSize(partitions, ends == null ? dimension : ends[0] - PartialSum.TAIL);
  }

  /** The question of all of them. */
  static StepRequest request(List<Part> parts) {
    int numbers = 0;
    for (Part part : parts) {
      numbers += part.request.point().length + lengthOf(part.request.other());
    }
    double[] heads = new double[1 + HEAD * parts.size()];
    double[] points = new double[numbers];
    heads[0] = parts.size();
    int at = 1;
    int to = 0;
    for (Part part : parts) {
      StepRequest request = part.request;
      double[] other = request.other();
      heads[at++] = request.kind().code();
      heads[at++] = request.pass();
      heads[at++] = request.batch();
      heads[at++] = request.batches();
      heads[at++] = request.slot();
      heads[at++] = part.view;
      heads[at++] = (int) (part.seed >>> Integer.SIZE);
      heads[at++] = (int) part.seed;
      heads[at++] = part.length;
      heads[at++] = request.point().length;
      heads[at++] = other == null ? -1 : other.length;
      System.arraycopy(request.point(), 0, points, to, request.point().length);
      to += request.point().length;
      if (other != null) {
        System.arraycopy(other, 0, points, to, other.length);
        to += other.length;
      }
    }
    return new StepRequest(StepRequest.Kind.MANY, 0, 0, 1, points, heads);
  }

  private static int lengthOf(double @Nullable [] vector) {
    return vector == null ? 0 : vector.length;
  }

  /** Where each answer ends, the tail of the whole last; null where it is the question of one. */
  static int @Nullable [] ends(StepRequest request) {
    if (request.kind() != StepRequest.Kind.MANY) {
      return null;
    }
    double[] heads = Objects.requireNonNull(request.other());
    int[] ends = new int[(int) heads[0] + 1];
    int end = 0;
    for (int i = 0; i < ends.length - 1; i++) {
      end = Math.addExact(end, (int) heads[1 + HEAD * i + 8]);
      ends[i] = end;
    }
    ends[ends.length - 1] = Math.addExact(end, PartialSum.TAIL);
    return ends;
  }

  /** The questions that {@link #request} put together. */
  static List<Part> parts(StepRequest request) {
    List<Part> parts = new ArrayList<>();
    double[] heads = Objects.requireNonNull(request.other());
    double[] points = request.point();
    int from = 0;
    for (int at = 1; at < heads.length; at += HEAD) {
      int length = (int) heads[at + 9];
      double[] point = Arrays.copyOfRange(points, from, from + length);
      from += length;
      int more = (int) heads[at + 10];
      double[] other = more < 0 ? null : Arrays.copyOfRange(points, from, from + more);
      from += Math.max(0, more);
      long seed = ((long) heads[at + 6] << Integer.SIZE) | ((long) heads[at + 7] & 0xFFFFFFFFL);
      StepRequest.Kind kind = StepRequest.Kind.of((int) heads[at]);
      StepRequest own =
          new StepRequest(
              kind,
              (long) heads[at + 1],
              (int) heads[at + 2],
              (int) heads[at + 3],
              point,
              other,
              (int) heads[at + 4]);
      parts.add(new Part((int) heads[at + 5], seed, own, (int) heads[at + 8]));
    }
    return parts;
  }
}
