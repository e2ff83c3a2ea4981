package dev.sonde.profile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A profile as one JSON object that has all of it: what it is, the {@code types} of its values, its {@code frames}, and its
 * {@code samples}, whose {@code stack} names frames by their index, the innermost first.
 */
final class JsonFile {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonFile() {}

    static void write(Profile profile, OutputStream out) throws IOException {
        Map<Frame, Integer> frames = new LinkedHashMap<>();
        for (Sample sample : profile.samples()) {
            sample.stack().forEach(frame -> frames.putIfAbsent(frame, frames.size()));
        }
        try (JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartObject();
            describe(json, profile.description());
            json.writeArrayFieldStart("frames");
            for (Frame frame : frames.keySet()) {
                frame(json, frame);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("samples");
            for (Sample sample : profile.samples()) {
                json.writeStartObject();
                json.writeArrayFieldStart("stack");
                for (Frame frame : sample.stack()) {
                    json.writeNumber(frames.getOrDefault(frame, 0));
                }
                json.writeEndArray();
                json.writeObjectFieldStart("labels");
                for (Map.Entry<String, String> label : sample.labels().entrySet()) {
                    json.writeStringField(label.getKey(), label.getValue());
                }
                json.writeEndObject();
                json.writeFieldName("values");
                json.writeArray(sample.values(), 0, sample.values().length);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void describe(JsonGenerator json, Description about) throws IOException {
        json.writeStringField("kind", about.kind());
        json.writeStringField("name", about.name());
        json.writeStringField("start", about.start().toString());
        json.writeNumberField("durationSeconds", about.duration().toMillis() / 1e3);
        json.writeStringField("target", about.target());
        json.writeStringField("targetName", about.targetName());
        json.writeStringField("engine", about.engine());
        json.writeNumberField("interval", about.interval());
        json.writeArrayFieldStart("notes");
        for (String note : about.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("types");
        for (ValueType type : about.types()) {
            json.writeStartObject();
            json.writeStringField("name", type.name());
            json.writeStringField("unit", type.unit());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void frame(JsonGenerator json, Frame frame) throws IOException {
        json.writeStartObject();
        json.writeStringField("class", frame.className());
        json.writeStringField("method", frame.method());
        json.writeStringField("file", frame.file());
        json.writeNumberField("line", frame.line());
        json.writeStringField("code", frame.code().name().toLowerCase(java.util.Locale.ROOT));
        json.writeEndObject();
    }
}
