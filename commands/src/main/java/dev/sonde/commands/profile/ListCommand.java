package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.NearNames;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.debug.StopSource;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code list}: the source with what is known of its lines: their costs, or which of them a stopped thread is at. */
@Command(
        name = "list",
        aliases = "l",
        description =
                "show the source of a class or method with what each line costs, or around the line where the thread stands")
@Needs(Grant.INSTRUMENT)
@Example("list OrderService.place 2")
@Example("list")
final class ListCommand extends LookCommand {

    private static final int AROUND = 5;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CLASS[.METHOD]",
            description = "a class's name, simple or qualified, or a method of it; without it: where the thread stands")
    private Optional<String> wanted = Optional.empty();

    @Parameters(index = "1", arity = "0..1", paramLabel = "PROFILE", description = PROFILE)
    private Optional<String> choice = Optional.empty();

    @Option(
            names = "--around",
            paramLabel = "N",
            description = "lines before and after the one where the thread stands (5)")
    private Optional<Integer> around = Optional.empty();

    /** A class in the profile, and perhaps one method. */
    private record Routine(String className, Optional<String> method) {
        boolean has(Frame frame) {
            return frame.className().equals(className)
                    && (method.isEmpty() || frame.method().equals(method.get()));
        }
    }

    @Override
    public void check() throws UsageError {
        super.check();
        if (wanted.isPresent() && around.isPresent()) {
            throw new UsageError("--around: is of the line where a thread stands, and a CLASS is named");
        }
    }

    @Override
    public boolean wantsTarget() {
        return wanted.isEmpty();
    }

    @Override
    public Grant needs(Grant declared) {
        return wanted.isEmpty() ? Grant.SUSPEND : declared;
    }

    @Override
    public void run(Context context) throws UsageError, TargetError, InterruptedException {
        if (wanted.isPresent()) {
            super.run(context);
            return;
        }
        Target target = context.target()
                .orElseThrow(() -> UsageError.withoutUsage(
                        "a CLASS or CLASS.METHOD of a profile is missing, or a target in which a thread stands"));
        StopSource.show(target, context, around.orElse(AROUND));
    }

    @Override
    Optional<String> choice() {
        return choice;
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) throws TargetError, InterruptedException {
        Routine routine = routine(wanted.orElseThrow(), chosen, profile);
        LineCosts costs = LineCosts.of(profile, type, routine::has);
        Optional<ClassSourceText> source = source(context, chosen, routine);
        context.output().row(ListRow.of(chosen, routine.className, routine.method, costs, source, type));
    }

    private static Routine routine(String wanted, Chosen chosen, Profile profile) throws TargetError {
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
