package dev.sonde.commands.play;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a report is written. */
enum ReportFormat {
    MD,
    HTML,
    JSON,
    /** JUnit's. */
    XML;

    /** That of a file's name, or of an ending alone. */
    static Optional<ReportFormat> of(String file) {
        return Arrays.stream(values())
                .filter(each -> file.endsWith("." + each.ending()) || file.equals(each.ending()))
                .findFirst();
    }

    /** Whether it is an ending and names no file. */
    static boolean isBare(String file) {
        return file.indexOf('.') < 0;
    }

    String ending() {
        return name().toLowerCase(Locale.ROOT);
    }
}
