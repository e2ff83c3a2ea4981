package dev.sonde.commands.output;

import dev.sonde.commands.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one type, aligned. Numbers stand right. On a terminal text columns shrink, widest first, until a line fits; in a
 * pipe nothing is cut. Where that is not enough, columns that can be spared are left out. A column in which no row has anything is left out.
 */
final class Table {

    private static final int GAP = 2;
    private static final int NARROWEST = 6;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final Screen screen;
    /** The columns of what was written before, with their widths: later rows of the type line up with them. */
    private Map<Component, Integer> before = new HashMap<>();

    private int sinceHead;

    Table(Screen screen) {
        this.screen = screen;
    }

    /** The lines of some rows, with a head where columns appear, and now and then in between. */
    List<String> lines(List<Row> rows) {
        List<Component> columns = new ArrayList<>();
        List<List<String>> cells = new ArrayList<>();
        for (Component column : Component.of(rows.get(0))) {
            if (!column.inTable) {
                continue;
            }
            List<String> texts = rows.stream().map(row -> cell(column, row)).toList();
            if (before.containsKey(column) || texts.stream().anyMatch(text -> !text.isEmpty())) {
                columns.add(column);
                cells.add(texts);
            }
        }
        int[] widths = widths(columns, cells);
        for (int spare = spare(columns); over(widths) > 0 && spare >= 0; spare = spare(columns)) {
            columns.remove(spare);
            cells.remove(spare);
            widths = widths(columns, cells);
        }
        boolean head = before.size() != columns.size() || sinceHead >= 40;
        Map<Component, Integer> now = new HashMap<>();
        for (int i = 0; i < widths.length; i++) {
            now.put(columns.get(i), widths[i]);
        }
        before = now;
        List<String> lines = new ArrayList<>();
        if (head) {
            sinceHead = 0;
            lines.add(line(columns, widths, columns.stream().map(c -> c.head).toList(), Style.FAINT));
        }
        for (int row = 0; row < rows.size(); row++) {
            int index = row;
            lines.add(line(
                    columns,
                    widths,
                    cells.stream().map(texts -> texts.get(index)).toList(),
                    Style.PLAIN));
        }
        sinceHead += rows.size();
        return lines;
    }

    /** The first column that may be left out; -1 when there is none. */
    private static int spare(List<Component> columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).spare) {
                return i;
            }
        }
        return -1;
    }

    private int over(int[] widths) {
        return width(widths) - screen.columns().orElse(Integer.MAX_VALUE);
    }

    private static int width(int[] widths) {
        return Arrays.stream(widths).sum() + GAP * (widths.length - 1);
    }

    private int[] widths(List<Component> columns, List<List<String>> cells) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            int widest = cells.get(i).stream().mapToInt(SafeText::width).max().orElse(0);
            widths[i] = Math.max(
                    before.getOrDefault(columns.get(i), 0), Math.max(widest, SafeText.width(columns.get(i).head)));
        }
        OptionalInt room = screen.columns();
        if (room.isPresent()) {
            shrink(columns, widths, room.getAsInt());
        }
        return widths;
    }

    private static void shrink(List<Component> columns, int[] widths, int room) {
        int over = width(widths) - room;
        while (over > 0) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                int least = columns.get(i).keepEnd ? NARROWEST * 3 : NARROWEST;
                boolean mayShrink = !columns.get(i).isWhole() && widths[i] > least;
                if (mayShrink && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
            over--;
        }
    }

    private String line(List<Component> columns, int[] widths, List<String> cells, Style style) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            Component column = columns.get(i);
            String text = cells.get(i);
            if (screen.columns().isPresent()) {
                text = column.keepEnd ? SafeText.cutFront(text, widths[i]) : SafeText.cut(text, widths[i]);
            }
            String pad = " ".repeat(Math.max(0, widths[i] - SafeText.width(text)));
            line.append(i == 0 ? "" : " ".repeat(GAP)).append(column.isNumber() ? pad + text : text + pad);
        }
        String whole = line.toString().stripTrailing();
        OptionalInt room = screen.columns();
        // Numbers do not shrink: where even they do not fit, the line ends at the edge, and says so.
        return style.paint(room.isPresent() ? SafeText.cut(whole, room.getAsInt()) : whole, screen.colour());
    }

    private String cell(Component column, Row row) {
        return SafeText.of(shown(column.read(row), column.unit, screen.zone()));
    }

    private static String shown(@Nullable Object wrapped, Unit unit, ZoneId zone) {
        Object value = Component.unwrapped(wrapped);
        if (value == null) {
            return "";
        }
        if (value instanceof Duration duration) {
            return unit == Unit.MS ? Humane.nanos(duration.toNanos()) : Humane.duration(duration);
        }
        if (value instanceof Number number) {
            return unit.shown(number);
        }
        if (value instanceof Instant instant) {
            boolean today = Duration.between(instant, Instant.now()).abs().toHours() < 12;
            return (today ? TIME : DAY).format(instant.atZone(zone));
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        if (value instanceof Collection<?> several) {
            return several.stream().map(one -> shown(one, unit, zone)).collect(Collectors.joining(", "));
        }
        return value.toString();
    }
}
