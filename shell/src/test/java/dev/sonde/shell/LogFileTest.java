package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** What a target said stands in the log, and does nothing there. */
final class LogFileTest {

    private final LogFile.OneLine formatter = new LogFile.OneLine();

    @Test
    void text_of_a_target_makes_no_line_of_its_own_and_moves_no_cursor() {
        LogRecord record = new LogRecord(Level.SEVERE, "failed: \u001b[2Jgone\n2026-01-01T00:00:00Z INFO forged");
        record.setLoggerName("dev.sonde");
        record.setThrown(new IllegalStateException("a\r\nb\u202e", new RuntimeException("\u0007")));
        String text = formatter.format(record);
        assertThat(text).doesNotContain("\u001b", "\u202e", "\u0007", "\r");
        assertThat(text.lines()).allMatch(line -> line.startsWith("  ") || line.contains("SEVERE dev.sonde: failed: "));
        assertThat(text).contains("  java.lang.IllegalStateException: a\\r\\nb", "    at dev.sonde.shell.LogFileTest");
        assertThat(text).contains("  because of java.lang.RuntimeException: ");
    }

    @Test
    void causes_that_go_in_a_circle_end() {
        RuntimeException one = new RuntimeException("one");
        one.initCause(new RuntimeException("two", one));
        LogRecord record = new LogRecord(Level.WARNING, "x".repeat(1_000_000));
        record.setThrown(one);
        assertThat(formatter.format(record)).hasSizeLessThan(200_000);
    }
}
