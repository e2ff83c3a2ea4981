package dev.sonde.commands.catalogue;

import dev.sonde.commands.Catalogue.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's help, written from what it declares, for a width. */
final class HelpText {

    private static final String INDENT = "  ";
    private static final int NARROWEST = 40;
    private static final int WIDEST = 100;

    private final StringBuilder text = new StringBuilder();
    private final int columns;

    private HelpText(int columns) {
        this.columns = Math.max(NARROWEST, Math.min(WIDEST, columns));
    }

    static String of(Declaration command, int columns) {
        return new HelpText(columns).write(command);
    }

    private String write(Declaration command) {
        Entry entry = command.entry();
        wrapped("", INDENT + INDENT, entry.name() + ": " + entry.description());
        text.append('\n');
        wrapped(INDENT, INDENT + " ".repeat(entry.name().length() + 1), entry.synopsis());
        for (String alias : command.spec().aliases()) {
            wrapped(INDENT, INDENT, "the same: " + alias);
        }
        text.append('\n');
        List<Item> items = new ArrayList<>();
        for (PositionalParamSpec positional : command.positionals()) {
            items.add(new Item(positional.paramLabel(), String.join(" ", positional.description())));
        }
        for (OptionSpec option : command.options()) {
            items.add(new Item(Declaration.form(option), described(option)));
        }
        write(items);
        text.append('\n');
        for (String example : entry.examples()) {
            wrapped(INDENT + "$ ", INDENT + "    ", example);
        }
        text.append('\n');
        wrapped("", "", footer(entry));
        return text.toString();
    }

    private static String described(OptionSpec option) {
        String description = String.join(" ", option.description());
        Object[] constants = ParseErrors.valueType(option).getEnumConstants();
        if (constants != null) {
            description += ": "
                    + java.util.Arrays.stream(constants).map(ParseErrors::typed).collect(Collectors.joining(", "));
        }
        String preset = option.defaultValue();
        return preset == null || preset.isEmpty() ? description : description + " (" + preset + ")";
    }

    private static String footer(Entry entry) {
        return "Needs the grant " + entry.needs().name().toLowerCase(Locale.ROOT)
                + (entry.wantsTarget() ? " and a target (@PID, @NAME, @GLOB). " : ". ")
                + "Exit codes: 0 done, 1 the target said no, 2 the line is wrong, 3 the target is gone, 4 not granted,"
                + " 124 out of time, 130 interrupted.";
    }

    private record Item(String left, String right) {}

    private void write(List<Item> items) {
        int widest = items.stream().mapToInt(item -> item.left.length()).max().orElse(0);
        int left = Math.min(widest, columns / 3);
        for (Item item : items) {
            String indent = " ".repeat(INDENT.length() + left + 2);
            if (item.left.length() > left) {
                text.append(INDENT).append(item.left).append('\n');
                wrapped(indent, indent, item.right);
            } else {
                wrapped(INDENT + item.left + " ".repeat(left - item.left.length() + 2), indent, item.right);
            }
        }
    }

    /** Appends words, as many to a line as fit; keeps {@code [--option VALUE]} together. */
    private void wrapped(String first, String next, String words) {
        StringBuilder line = new StringBuilder(first);
        boolean fresh = true;
        for (String word : words.split(" (?![^\\[]*\\])", -1)) {
            if (!fresh && line.length() + 1 + word.length() > columns) {
                text.append(line).append('\n');
                line.setLength(0);
                line.append(next);
                fresh = true;
            }
            line.append(fresh ? "" : " ").append(word);
            fresh = false;
        }
        text.append(line).append('\n');
    }
}
