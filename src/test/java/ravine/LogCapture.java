package ravine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What one logger and those below it say, while open: warnings and errors, or as much as asked. */
public final class LogCapture implements AutoCloseable {
  private final String logger;
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);

  /** Begins to listen to warnings and errors. */
  public LogCapture(String logger) {
    this(logger, Level.WARN);
  }

  /** Begins to listen to that level and graver ones. */
  public LogCapture(String logger, Level level) {
    this.logger = logger;
    AbstractAppender appender =
        new AbstractAppender("capture-" + logger, null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            messages.add(event.getMessage().getFormattedMessage());
          }
        };
    appender.start();
    LoggerConfig config = new LoggerConfig(logger, level, true);
    config.addAppender(appender, level, null);
    Configuration configuration = context.getConfiguration();
    configuration.addLogger(logger, config);
    context.updateLoggers();
  }

  /** What was logged so far. */
  public List<String> messages() {
    return messages;
  }

  @Override
  public void close() {
    context.getConfiguration().removeLogger(logger);
    context.updateLoggers();
  }
}
