package dev.sonde.commands.catalogue;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.ByteSize;
import dev.sonde.commands.Catalogue.Entry;
import dev.sonde.commands.Catalogue.Invocation;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** What one command's class declares, read once; makes a fresh instance for each line. */
record Declaration(Supplier<BaseCommand> maker, CommandSpec spec, Entry entry) {

    private static final Set<String> COMMON = Set.of("--json", "--help");

    static Declaration of(Supplier<BaseCommand> maker) {
        BaseCommand sample = maker.get();
        CommandSpec spec = parser(sample).getCommandSpec();
        Class<?> type = sample.getClass();
        Grant needs = Optional.ofNullable(type.getAnnotation(Needs.class))
                .map(Needs::value)
                // A command that forgets to say what it needs is one that nobody may run.
                .orElse(Grant.MUTATE);
        List<String> examples = Arrays.stream(type.getAnnotationsByType(Example.class))
                .map(Example::value)
                .toList();
        String description = String.join(" ", spec.usageMessage().description());
        return new Declaration(
                maker,
                spec,
                new Entry(spec.name(), synopsis(spec), description, needs, sample.wantsTarget(), examples));
    }

    String name() {
        return entry.name();
    }

    /** Its own options, then those that every command has. */
    List<OptionSpec> options() {
        return options(spec);
    }

    List<PositionalParamSpec> positionals() {
        return spec.positionalParameters();
    }

    /** @param words those behind its name */
    Invocation parse(List<Line.Word> words) throws UsageError {
        BaseCommand body = maker.get();
        CommandLine parser = parser(body);
        try {
            parser.parseArgs(body.arguments(words).toArray(String[]::new));
            if (!body.help()) {
                body.check();
            }
        } catch (ParameterException e) {
            throw new UsageError(name() + ": " + ParseErrors.inOurWords(e));
        } catch (UsageError e) {
            throw new UsageError(name() + ": " + Objects.requireNonNullElse(e.getMessage(), ""));
        }
        return new Invocation(entry, body.json(), body.help(), body);
    }

    private static CommandLine parser(BaseCommand body) {
        CommandLine parser = new CommandLine(body);
        // A line comes from a login, not from the owner of this process: no @file, no ${sys:…} and ${env:…}.
        parser.setExpandAtFiles(false);
        parser.setInterpolateVariables(false);
        parser.setAllowOptionsAsOptionParameters(false);
        parser.setStopAtPositional(body.endsInText());
        parser.setCaseInsensitiveEnumValuesAllowed(true);
        parser.registerConverter(Duration.class, Converters::duration);
        parser.registerConverter(int.class, Converters::count);
        parser.registerConverter(Integer.class, Converters::count);
        parser.registerConverter(double.class, Converters::number);
        parser.registerConverter(ByteSize.class, Converters::size);
        return parser;
    }

    private static List<OptionSpec> options(CommandSpec spec) {
        Predicate<OptionSpec> own = option -> !COMMON.contains(option.longestName());
        return Stream.concat(
                        spec.options().stream().filter(own),
                        spec.options().stream().filter(own.negate()))
                .filter(option -> !option.hidden())
                .toList();
    }

    private static String synopsis(CommandSpec spec) {
        StringBuilder synopsis = new StringBuilder(spec.name());
        for (PositionalParamSpec positional : spec.positionalParameters()) {
            String label = positional.paramLabel() + (positional.arity().max() > 1 ? "…" : "");
            synopsis.append(' ').append(positional.required() ? label : "[" + label + "]");
        }
        for (OptionSpec option : options(spec)) {
            synopsis.append(" [").append(form(option)).append(']');
        }
        return synopsis.toString();
    }

    /** {@code --depth D}. */
    static String form(OptionSpec option) {
        boolean takesValue = option.arity().max() > 0;
        return option.longestName() + (takesValue ? " " + option.paramLabel() : "");
    }
}
