package dev.sonde.commands.profile;

import dev.sonde.commands.UsageError;
import dev.sonde.profile.Focus;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Option;

/** What of a profile is looked at; the same for every look. */
final class LookOptions {

    @Option(names = "--focus", paramLabel = "REGEX", description = "only samples with such a method in their stack")
    private Optional<String> focus = Optional.empty();

    @Option(names = "--ignore", paramLabel = "REGEX", description = "no samples with such a method in their stack")
    private Optional<String> ignore = Optional.empty();

    @Option(
            names = "--hide",
            paramLabel = "REGEX",
            description = "as if such methods were not there: their cost is their callers'")
    private Optional<String> hide = Optional.empty();

    @Option(names = "--show", paramLabel = "REGEX", description = "as if only such methods were there")
    private Optional<String> show = Optional.empty();

    @Option(names = "--thread", paramLabel = "REGEX", description = "only samples of such threads")
    private Optional<String> thread = Optional.empty();

    @Option(
            names = "--value",
            paramLabel = "TYPE",
            description =
                    "what is counted: samples, cpu, alloc_objects, alloc_space…; else the last that the profile has")
    private Optional<String> value = Optional.empty();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "of a recording that has several: which; else the first that it has")
    private Optional<Kind> kind = Optional.empty();

    Optional<Kind> kind() {
        return kind;
    }

    void check() throws UsageError {
        focus();
    }

    private Focus focus() throws UsageError {
        return new Focus(
                pattern("--focus", focus),
                pattern("--ignore", ignore),
                pattern("--hide", hide),
                pattern("--show", show),
                pattern("--thread", thread));
    }

    static Optional<Pattern> pattern(String option, Optional<String> typed) throws UsageError {
        return typed.isPresent() ? Optional.of(pattern(option, typed.get())) : Optional.empty();
    }

    /** A pattern of a person, who must not make the server think for ever: it is bounded in length. */
    static Pattern pattern(String option, String typed) throws UsageError {
        if (typed.length() > 500) {
            throw new UsageError(option + ": a pattern has at most 500 characters");
        }
        try {
            return Pattern.compile(typed);
        } catch (PatternSyntaxException e) {
            throw new UsageError(option + ": '" + typed + "' is not a regular expression: " + e.getDescription());
        }
    }

    Profile of(Profile profile) throws UsageError {
        return focus().of(profile);
    }

    /** The index of the value that is looked at. */
    int type(Profile profile) throws UsageError {
        if (value.isEmpty()) {
            return profile.description().standardType();
        }
        for (int i = 0; i < profile.types().size(); i++) {
            if (profile.types().get(i).name().equals(value.get())) {
                return i;
            }
        }
        throw new UsageError("--value: '" + value.get() + "' is not one of "
                + String.join(
                        ", ", profile.types().stream().map(type -> type.name()).toList()));
    }
}
