package dev.sonde.profile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A profile for <a href="https://www.speedscope.app">speedscope</a>, by its
 * <a href="https://www.speedscope.app/file-format-schema.json">schema</a>: each value is a {@code sampled} profile of the file.
 */
final class SpeedscopeFile {

    private static final JsonFactory JSON = new JsonFactory();

    private SpeedscopeFile() {}

    static void write(Profile profile, OutputStream out) throws IOException {
        Map<Frame, Integer> frames = new LinkedHashMap<>();
        for (Sample sample : profile.samples()) {
            sample.stack().forEach(frame -> frames.putIfAbsent(frame, frames.size()));
        }
        Description about = profile.description();
        try (JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartObject();
            json.writeStringField("$schema", "https://www.speedscope.app/file-format-schema.json");
            json.writeStringField("exporter", "sonde");
            json.writeStringField(
                    "name", about.kind() + (about.targetName().isEmpty() ? "" : " of " + about.targetName()));
            json.writeNumberField("activeProfileIndex", about.standardType());
            json.writeObjectFieldStart("shared");
            json.writeArrayFieldStart("frames");
            for (Frame frame : frames.keySet()) {
                json.writeStartObject();
                json.writeStringField("name", frame.name());
                if (!frame.file().isEmpty()) {
                    json.writeStringField("file", frame.file());
                }
                if (frame.line() > 0) {
                    json.writeNumberField("line", frame.line());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeArrayFieldStart("profiles");
            for (int type = 0; type < profile.types().size(); type++) {
                sampled(json, profile, type, frames);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void sampled(JsonGenerator json, Profile profile, int type, Map<Frame, Integer> frames)
            throws IOException {
        ValueType value = profile.types().get(type);
        json.writeStartObject();
        json.writeStringField("type", "sampled");
        json.writeStringField("name", value.name());
        json.writeStringField("unit", value.unit().equals(ValueType.COUNT) ? "none" : value.unit());
        json.writeNumberField("startValue", 0);
        json.writeNumberField("endValue", profile.total(type));
        json.writeArrayFieldStart("samples");
        for (Sample sample : profile.samples()) {
            json.writeStartArray();
            List<Frame> stack = sample.stack();
            for (int i = stack.size() - 1; i >= 0; i--) {
                json.writeNumber(frames.getOrDefault(stack.get(i), 0));
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("weights");
        for (Sample sample : profile.samples()) {
            json.writeNumber(sample.value(type));
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
