package ravine.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import ravine.input.Columns;

/**
 * What rows are known by, whatever their order and partitions: their number, and the sum of a hash
 * of each row ({@code xxhash64} of all columns) modulo 2^64. Equal rows have equal fingerprints;
 * that others have the same by chance is as likely as one in 2^64.
 */
final class DataFingerprint {
  private static final BigInteger SPAN = BigInteger.ONE.shiftLeft(64);

  private DataFingerprint() {}

  /** 16 hexadecimal digits, in one job. */
  static String of(Dataset<Row> rows) {
    Column[] columns = Arrays.stream(rows.columns()).map(Columns::column).toArray(Column[]::new);
    // A sum of so many digits cannot overflow: 2^63 rows of 2^63.
    BigDecimal sum =
        rows.select(functions.sum(functions.xxhash64(columns).cast("decimal(20,0)")))
            .head()
            .getDecimal(0);
    BigInteger hash = (sum == null ? BigInteger.ZERO : sum.toBigInteger()).mod(SPAN);
    return String.format("%016x", hash);
  }
}
