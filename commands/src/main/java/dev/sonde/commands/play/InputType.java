package dev.sonde.commands.play;

import dev.sonde.commands.Durations;
import dev.sonde.weave.plain.PlainType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an input may be. */
enum InputType {
    TEXT(PlainType.Simple.TEXT, "x", "a text"),
    COUNT(PlainType.Simple.WHOLE, "1", "a count such as 16") {
        @Override
        Optional<Object> read(String typed) {
            return typed.matches("\\d{1,9}") ? Optional.of(Long.parseLong(typed)) : Optional.empty();
        }
    },
    NUMBER(PlainType.Simple.NUMBER, "1", "a number such as 1.5") {
        @Override
        Optional<Object> read(String typed) {
            return typed.matches("-?\\d{1,12}(\\.\\d{1,9})?")
                    ? Optional.of(Double.parseDouble(typed))
                    : Optional.empty();
        }
    },
    FLAG(PlainType.Simple.FLAG, "true", "true or false") {
        @Override
        Optional<Object> read(String typed) {
            return typed.equals("true") || typed.equals("false")
                    ? Optional.of(Boolean.valueOf(typed))
                    : Optional.empty();
        }

        @Override
        List<String> usual() {
            return List.of("true", "false");
        }
    },
    DURATION(PlainType.Simple.TEXT, "1s", "a duration such as 500ms, 30s, 5m or 1h") {
        @Override
        Optional<Object> read(String typed) {
            return Durations.parse(typed).map(any -> typed);
        }

        @Override
        List<String> usual() {
            return Durations.USUAL;
        }
    };

    private final PlainType.Simple plain;
    private final String sample;
    private final String shown;

    InputType(PlainType.Simple plain, String sample, String shown) {
        this.plain = plain;
        this.sample = sample;
        this.shown = shown;
    }

    static Optional<InputType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.typed().equals(name)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(InputType::typed).collect(Collectors.joining(", "));
    }

    /** As it stands in a file. */
    String typed() {
        return name().toLowerCase(Locale.ROOT);
    }

    PlainType plain() {
        return plain;
    }

    /** A value that may stand for any of it while nobody has given one. */
    String sample() {
        return sample;
    }

    /** For a message: what is accepted. */
    String shown() {
        return shown;
    }

    /** Values that are often given, for who does not want to type them. */
    List<String> usual() {
        return List.of();
    }

    /** The value of what was typed; empty when it is none. */
    Optional<Object> read(String typed) {
        return Optional.of(typed);
    }
}
