package dev.sonde.commands.catalogue;

import dev.sonde.commands.Example;
import dev.sonde.commands.NearNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What the parser found wrong with a line, in our words: lower case, what is accepted, no full stop. */
final class ParseErrors {

    private ParseErrors() {}

    static String inOurWords(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched);
        }
        if (e instanceof MissingParameterException missing) {
            return missing(missing.getMissing()) + example(missing);
        }
        if (e instanceof OverwrittenOptionException twice && twice.getOverwritten() instanceof OptionSpec option) {
            return option.longestName() + ": is given twice";
        }
        ArgSpec argument = e.getArgSpec();
        if (argument != null) {
            return name(argument) + ": " + badValue(e, argument);
        }
        if (e instanceof MaxValuesExceededException) {
            return "too many values are given";
        }
        return Objects.requireNonNullElse(e.getMessage(), "the line is not understood");
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String word = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().get(0);
        if (!e.isUnknownOption()) {
            return "'" + shortened(word) + "' is one word too many";
        }
        String name = word.split("=", 2)[0];
        List<String> names = new ArrayList<>();
        e.getCommandLine().getCommandSpec().options().forEach(option -> names.addAll(Arrays.asList(option.names())));
        String near = NearNames.suffix(name, names);
        return "no option is called " + shortened(name)
                + (near.isEmpty() ? "; accepted are " + String.join(", ", names) : near);
    }

    private static String missing(List<ArgSpec> missing) {
        if (!missing.isEmpty() && missing.get(0) instanceof OptionSpec option) {
            return option.longestName() + ": " + option.paramLabel() + " is missing";
        }
        return missing.stream().map(ArgSpec::paramLabel).collect(Collectors.joining(" and "))
                + (missing.size() > 1 ? " are missing" : " is missing");
    }

    /** A missing word is best shown; that of {@code Class.method} is that the two are two words. */
    private static String example(MissingParameterException e) {
        Object command = e.getCommandLine().getCommandSpec().userObject();
        Example[] examples = command.getClass().getAnnotationsByType(Example.class);
        return examples.length == 0 || e.getMissing().stream().anyMatch(ArgSpec::isOption)
                ? ""
                : ", as in " + examples[0].value();
    }

    private static String badValue(ParameterException e, ArgSpec argument) {
        if (argument instanceof OptionSpec option && option.arity().max() == 0) {
            return "takes no value";
        }
        String value = Objects.requireNonNullElse(e.getValue(), "");
        Object[] constants = valueType(argument).getEnumConstants();
        if (constants != null) {
            return "'" + shortened(value) + "' is not one of "
                    + Arrays.stream(constants).map(ParseErrors::typed).collect(Collectors.joining(", "));
        }
        if (e.getCause() instanceof TypeConversionException ours && ours.getMessage() != null) {
            return ours.getMessage();
        }
        return "'" + shortened(value) + "' is not accepted";
    }

    /** The type of one value: of the element where the option holds several, of what is inside an Optional. */
    static Class<?> valueType(ArgSpec argument) {
        Class<?>[] inner = argument.auxiliaryTypes();
        return inner.length > 0 && inner[0] != null ? inner[0] : argument.type();
    }

    /** How a constant is typed: {@code timed_waiting}. */
    static String typed(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT);
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    static String shortened(String typed) {
        return typed.length() > 60 ? typed.substring(0, 60) + "…" : typed;
    }
}
