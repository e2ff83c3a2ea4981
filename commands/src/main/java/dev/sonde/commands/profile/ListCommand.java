package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.Needs;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Frame;
import dev.sonde.profile.LineCosts;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code list}: the source of a class or method with what each line costs. */
@Command(
        name = "list",
        description = "show the source of a class or method with what each line costs: written, else decompiled")
@Needs(Grant.INSTRUMENT)
@Example("list OrderService.place 2")
final class ListCommand extends LookCommand {

    @Parameters(
            index = "0",
            paramLabel = "CLASS[.METHOD]",
            description = "a class's name, simple or qualified, or a method of it")
    private String wanted = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PROFILE",
            description = "its number, or 3..7 for what 7 has more than 3; else the newest")
    private Optional<String> choice = Optional.empty();

    /** A class in the profile, and perhaps one method. */
    private record Routine(String className, Optional<String> method) {
        boolean has(Frame frame) {
            return frame.className().equals(className)
                    && (method.isEmpty() || frame.method().equals(method.get()));
        }
    }

    @Override
    Optional<String> choice() {
        return choice;
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) throws TargetError, InterruptedException {
        Routine routine = routine(chosen, profile);
        LineCosts costs = LineCosts.of(profile, type, routine::has);
        Optional<ClassSourceText> source = source(context, chosen, routine);
        context.output().row(ListRow.of(chosen, routine.className, routine.method, costs, source, type));
    }

    private Routine routine(Chosen chosen, Profile profile) throws TargetError {
        Set<String> classes = new TreeSet<>();
        for (Sample sample : profile.samples()) {
            sample.stack().stream()
                    .map(Frame::className)
                    .filter(name -> !name.isEmpty())
                    .forEach(classes::add);
        }
        Optional<String> whole = named(classes, wanted);
        if (whole.isPresent()) {
            return new Routine(whole.get(), Optional.empty());
        }
        int dot = wanted.lastIndexOf('.');
        if (dot > 0) {
            Optional<String> declaring = named(classes, wanted.substring(0, dot));
            if (declaring.isPresent()) {
                Routine routine = new Routine(declaring.get(), Optional.of(wanted.substring(dot + 1)));
                Set<String> methods = new TreeSet<>();
                for (Sample sample : profile.samples()) {
                    sample.stack().stream()
                            .filter(frame -> frame.className().equals(declaring.get()))
                            .map(Frame::method)
                            .forEach(methods::add);
                }
                if (methods.contains(routine.method.orElseThrow())) {
                    return routine;
                }
                throw new TargetError(declaring.get() + "." + wanted.substring(dot + 1) + " is not in " + chosen.name()
                        + "; of this class there are " + String.join(", ", methods));
            }
        }
        throw new TargetError(wanted + " is not in " + chosen.name() + NearNames.suffix(wanted, simple(classes)));
    }

    private static Set<String> simple(Set<String> classes) {
        Set<String> simple = new TreeSet<>();
        classes.forEach(name -> simple.add(name.substring(name.lastIndexOf('.') + 1)));
        return simple;
    }

    private static Optional<String> named(Set<String> classes, String typed) throws TargetError {
        Predicate<String> fits = name -> name.equals(typed) || name.endsWith("." + typed) || name.endsWith("$" + typed);
        Set<String> found = new TreeSet<>();
        classes.stream().filter(fits).forEach(found::add);
        if (found.contains(typed) || found.size() == 1) {
            return Optional.of(found.contains(typed) ? typed : found.iterator().next());
        }
        if (found.size() > 1) {
            throw new TargetError(typed + " may be " + String.join(" or ", found));
        }
        return Optional.empty();
    }

    /** From the target of the line, or the one that was profiled, if it is there; the costs are told without it, too. */
    private static Optional<ClassSourceText> source(Context context, Chosen chosen, Routine routine)
            throws InterruptedException {
        try {
            Optional<Target> target = context.target();
            String profiled = chosen.profile().description().target();
            if (target.isEmpty()) {
                for (JvmProcess process : context.visible()) {
                    if (process.id().toString().equals(profiled)
                            && process.name()
                                    .equals(chosen.profile().description().targetName())) {
                        target = Optional.of(context.open(process));
                    }
                }
            }
            if (target.isEmpty()) {
                context.output().notice("its JVM is not there any more, so there is no source");
                return Optional.empty();
            }
            target.get().warning().ifPresent(context.output()::notice);
            return Optional.of(target.get()
                    .code()
                    .source(
                            new ClassChoice(routine.className, Optional.empty()),
                            routine.method,
                            Optional.empty(),
                            false));
        } catch (TargetError e) {
            context.output().notice("there is no source: " + e.getMessage());
            return Optional.empty();
        }
    }
}
