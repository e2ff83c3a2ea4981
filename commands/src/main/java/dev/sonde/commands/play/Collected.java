package dev.sonde.commands.play;

import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.RowValues;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows and notices of one step, bounded. Says what it did not keep. */
final class Collected implements Output {

    private static final int MOST_VALUES = 20_000;
    private static final int MOST_ROWS = 300;
    private static final int MOST_NOTICES = 100;

    private final ZoneId zone;
    private final List<Row> rows = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> values = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private int round;
    private long dropped;

    Collected(ZoneId zone) {
        this.zone = zone;
    }

    @Override
    public void row(Row row) {
        Map<String, @Nullable Object> plain = RowValues.of(row, zone);
        synchronized (this) {
            if (values.size() >= MOST_VALUES) {
                dropped++;
                return;
            }
            values.add(plain);
            if (rows.size() < MOST_ROWS) {
                rows.add(row);
            }
        }
    }

    @Override
    public synchronized void notice(String text) {
        if (notices.size() < MOST_NOTICES) {
            notices.add(text);
        }
    }

    /** What comes now is of another round. */
    synchronized void nextRound() {
        round = values.size();
    }

    synchronized List<Row> rows() {
        return List.copyOf(rows);
    }

    synchronized List<Map<String, @Nullable Object>> values() {
        return new ArrayList<>(values);
    }

    synchronized List<Map<String, @Nullable Object>> last() {
        return new ArrayList<>(values.subList(round, values.size()));
    }

    synchronized List<String> notices() {
        List<String> all = new ArrayList<>(notices);
        if (dropped > 0) {
            all.add(dropped + " rows more were not looked at");
        }
        return all;
    }
}
