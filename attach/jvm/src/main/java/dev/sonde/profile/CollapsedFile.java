package dev.sonde.profile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collapsed stacks: a stack a line, {@code Main.main;Order.place 42}, the outermost caller first. What Brendan Gregg's
 * <a href="https://github.com/brendangregg/FlameGraph">FlameGraph</a> takes and async-profiler, perf and many others give.
 */
final class CollapsedFile {

    private static final int LONGEST_LINE = 1 << 20;
    private static final int DEEPEST = 4_096;

    /** What async-profiler puts behind a name, when asked, and how the frame's code runs. */
    private static final Map<String, Frame.Code> ENDINGS = Map.of(
            "_[0]", Frame.Code.INTERPRETED,
            "_[j]", Frame.Code.COMPILED,
            "_[1]", Frame.Code.COMPILED,
            "_[i]", Frame.Code.INLINED,
            "_[k]", Frame.Code.KERNEL);

    private CollapsedFile() {}

    /** @param type the index of the value that is written; the format has room for one */
    static void write(Profile profile, int type, OutputStream out) throws IOException {
        Map<String, Long> stacks = new LinkedHashMap<>();
        for (Sample sample : profile.samples()) {
            List<Frame> stack = new ArrayList<>(sample.stack());
            Collections.reverse(stack);
            String line = stack.stream().map(CollapsedFile::name).collect(Collectors.joining(";"));
            stacks.merge(line.isEmpty() ? "(no stack)" : line, sample.value(type), Long::sum);
        }
        Writer lines = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        for (Map.Entry<String, Long> stack : stacks.entrySet()) {
            if (stack.getValue() != 0) {
                lines.write(stack.getKey() + " " + stack.getValue() + "\n");
            }
        }
        lines.flush();
    }

    /** Without what the format gives a meaning to. */
    private static String name(Frame frame) {
        return frame.name().replace(';', ',').replaceAll("\\p{Cntrl}", " ");
    }

    /** @throws IOException when a line is no stack with a count; says which */
    static Profile read(InputStream in, String name) throws IOException {
        Profile.Builder builder = new Profile.Builder(new Description(
                "stacks",
                List.of(new ValueType("samples", ValueType.COUNT)),
                Instant.EPOCH,
                Duration.ZERO,
                "",
                "",
                "",
                0,
                name,
                List.of("collapsed stacks tell neither when nor of what they are")));
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        int number = 0;
        for (String line = line(lines); line != null; line = line(lines)) {
            number++;
            int blank = line.lastIndexOf(' ');
            if (!line.isBlank() && !isStack(line)) {
                throw new IOException("line " + number + " is not a stack and a count, as in main;place;search 42");
            }
            if (!line.isBlank()) {
                builder.add(stack(line.substring(0, blank)), Map.of(), Long.parseLong(line.substring(blank + 1)));
            }
        }
        return builder.build();
    }

    /** Whether a line is a stack with a count behind it. */
    static boolean isStack(String line) {
        int blank = line.lastIndexOf(' ');
        return blank > 0 && line.substring(blank + 1).matches("\\d{1,18}");
    }

    /** The next line; of one that is too long to be a stack, an error. */
    private static @Nullable String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            line.append((char) c);
            if (line.length() > LONGEST_LINE) {
                throw new IOException("a line has more than " + LONGEST_LINE + " characters");
            }
            c = in.read();
        }
        return line.toString().stripTrailing();
    }

    private static List<Frame> stack(String line) {
        List<Frame> stack = new ArrayList<>();
        for (String frame : line.split(";", DEEPEST)) {
            stack.add(frame(frame));
        }
        Collections.reverse(stack);
        return stack;
    }

    private static Frame frame(String written) {
        Frame.Code code = Frame.Code.COMPILED;
        String name = written;
        int end = written.length() - 4;
        if (end > 0 && ENDINGS.containsKey(written.substring(end))) {
            code = ENDINGS.getOrDefault(written.substring(end), code);
            name = written.substring(0, end);
        }
        int dot = name.lastIndexOf('.');
        boolean java = code != Frame.Code.KERNEL
                && dot > 0
                && dot < name.length() - 1
                && name.chars().noneMatch(c -> Character.isWhitespace(c) || c == ':' || c == '(' || c == '[');
        return java
                ? RecordingReader.javaFrame(name.substring(0, dot), name.substring(dot + 1), 0, code)
                : new Frame("", name, "", 0, code == Frame.Code.KERNEL ? code : Frame.Code.NATIVE);
    }
}
