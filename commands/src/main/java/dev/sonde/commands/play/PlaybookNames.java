package dev.sonde.commands.play;

import dev.sonde.commands.Context;
import dev.sonde.commands.UsageError;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What may be typed behind {@code play}: the playbooks of a login by name, and the inputs of one. */
public final class PlaybookNames {

    /** A playbook. */
    public record Named(String name, String about) {}

    /**
     * An input of one.
     *
     * @param about what it is, and what it is when nothing is given
     * @param values some that it may have; the first is what it is when nothing is given
     */
    public record Input(String name, String about, List<String> values) {
        public Input {
            values = List.copyOf(values);
        }
    }

    private PlaybookNames() {}

    /** Those that the login may run. One that is wrong is there too, and says so. */
    public static List<Named> all(Context context) {
        return Library.all(context).stream()
                .map(entry -> new Named(entry.name(), Library.about(entry)))
                .toList();
    }

    /** The inputs of a playbook, in its order; none where there is no such playbook or it cannot be read. */
    public static List<Input> inputs(Context context, String name) {
        try {
            Library.Entry entry = Library.find(context, name);
            return PlaybookReader.read(entry.file(), entry.text()).inputs().stream()
                    .map(PlaybookNames::input)
                    .toList();
        } catch (UsageError | PlaybookError e) {
            return List.of();
        }
    }

    private static Input input(Playbook.Input input) {
        Optional<String> preset = input.preset();
        String about = input.about() + preset.map(value -> " (" + value + ")").orElse("");
        return new Input(
                input.name(),
                about.strip(),
                Stream.concat(preset.stream(), input.type().usual().stream())
                        .distinct()
                        .toList());
    }
}
