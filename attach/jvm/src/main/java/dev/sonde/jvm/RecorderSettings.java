package dev.sonde.jvm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What JFR is to record. From JDK 17 on it may stand in the diagnostic command itself; before, and where a command has no
 * room for so many, in a file of settings, which lies in the target's tmp while JFR reads it, and no longer.
 */
final class RecorderSettings {

    private static final String FILE = "sonde.jfc";
    private static final int FIRST_IN_COMMAND = 17;

    /** One setting of an event: {@code jdk.ExecutionSample}, {@code period}, {@code 10 ms}. */
    record Setting(String event, String name, String value) {}

    private final List<Setting> settings;

    private RecorderSettings(List<Setting> settings) {
        this.settings = List.copyOf(settings);
    }

    /** An event and nothing but what it does by itself. */
    static RecorderSettings of(String event) {
        return new RecorderSettings(List.of(new Setting(event, "enabled", "true")));
    }

    /** An event with one more setting. */
    static RecorderSettings of(String event, String name, String value) {
        return of(event).and(new RecorderSettings(List.of(new Setting(event, name, value))));
    }

    RecorderSettings and(RecorderSettings others) {
        List<Setting> all = new ArrayList<>(settings);
        all.addAll(others.settings);
        return new RecorderSettings(all);
    }

    /** @param command {@code JFR.start …}, to which the settings are added */
    void start(LocalJvm jvm, String command) throws Engine.Unable, TargetError {
        if (jvm.feature() >= FIRST_IN_COMMAND) {
            FlightRecorder.start(jvm, command + " settings=none " + inCommand());
        } else {
            start(jvm, command, asFile());
        }
    }

    /** The same with settings that are a file already. */
    static void start(LocalJvm jvm, String command, String file) throws Engine.Unable, TargetError {
        try (EngineFolder folder = EngineFolder.in(jvm.process)) {
            folder.put(FILE, file.getBytes(StandardCharsets.UTF_8));
            FlightRecorder.start(jvm, command + " settings=" + folder.inner(FILE));
        } catch (IOException e) {
            throw new TargetError("JFR's settings cannot be put into the target's tmp: " + e.getMessage(), e);
        }
    }

    String inCommand() {
        return settings.stream()
                .map(each -> "+" + each.event + "#" + each.name + "=" + each.value.replace(" ", ""))
                .collect(Collectors.joining(" "));
    }

    String asFile() {
        Map<String, StringBuilder> events = new LinkedHashMap<>();
        for (Setting each : settings) {
            events.computeIfAbsent(each.event, event -> new StringBuilder())
                    .append("<setting name=\"" + each.name + "\">" + each.value + "</setting>");
        }
        StringBuilder file = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        file.append("<configuration version=\"2.0\" label=\"Sonde's profile\" provider=\"Sonde\">\n");
        events.forEach((event, inside) ->
                file.append("<event name=\"" + event + "\">").append(inside).append("</event>\n"));
        return file.append("</configuration>\n").toString();
    }
}
