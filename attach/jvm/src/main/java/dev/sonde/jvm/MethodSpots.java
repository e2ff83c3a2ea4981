package dev.sonde.jvm;

import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.jvm.LoadedCode.LineReport;
import dev.sonde.jvm.LoadedCode.LineReports;
import dev.sonde.jvm.LoadedCode.VariableReport;
import dev.sonde.weave.ClassModel;
import dev.sonde.weave.LineMap;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.Weaver;
import dev.sonde.weave.source.SourceText;
import dev.sonde.wire.ClassEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** The lines of a method beside its source: where a hook can be, and what can be read there. */
final class MethodSpots {

    private final TargetClasses classes;
    private final LocalJvm jvm;
    private final ClassEntry entry;

    MethodSpots(TargetClasses classes, LocalJvm jvm, ClassEntry entry) {
        this.classes = classes;
        this.jvm = jvm;
        this.entry = entry;
    }

    LineReports read(String method, Optional<String> place, boolean decompile)
            throws TargetError, InterruptedException {
        TargetClasses.Type type = classes.typeFromJvm(entry.id);
        ClassModel model = type.known(entry.name);
        Set<MethodKey> wanted = new LinkedHashSet<>();
        for (ClassModel.Method each : AgentCode.chosen(model, method)) {
            wanted.add(each.key());
            String bodies = "lambda$" + each.key().name() + "$";
            model.methods().stream()
                    .map(ClassModel.Method::key)
                    .filter(key -> key.name().startsWith(bodies))
                    .forEach(wanted::add);
        }
        List<LineMap> maps = Weaver.lines(type.classFile().orElseThrow(), wanted::contains);
        Map<Integer, List<VariableReport>> hooks = new TreeMap<>();
        for (LineMap map : maps) {
            for (int line : map.lines()) {
                hooks.merge(line, variables(map.at(line)), (one, other) -> {
                    Set<VariableReport> both = new LinkedHashSet<>(one);
                    both.addAll(other);
                    return List.copyOf(both);
                });
            }
        }
        if (hooks.isEmpty()) {
            throw new TargetError("no line of " + entry.name + "." + method + " can carry a hook");
        }
        Optional<ClassSourceText> source = source(method, place, decompile);
        return new LineReports(
                entry.name,
                method,
                source.map(ClassSourceText::from).orElse("no source"),
                source.map(ClassSourceText::real).orElse(false),
                maps.stream().allMatch(LineMap::named),
                lines(source.map(ClassSourceText::text), hooks));
    }

    /** What the compiler made has none. */
    private Optional<ClassSourceText> source(String method, Optional<String> place, boolean decompile)
            throws TargetError, InterruptedException {
        try {
            return Optional.of(new ClassText(classes, jvm, entry).read(Optional.of(method), place, decompile));
        } catch (TargetGone e) {
            throw e;
        } catch (TargetError e) {
            if (place.isPresent()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static List<LineReport> lines(Optional<SourceText> text, Map<Integer, List<VariableReport>> hooks) {
        Map<Integer, List<VariableReport>> left = new LinkedHashMap<>(hooks);
        List<LineReport> lines = new ArrayList<>();
        for (SourceText.Line line : text.map(SourceText::lines).orElse(List.of())) {
            List<VariableReport> there =
                    line.number().isPresent() ? left.remove(line.number().getAsInt()) : null;
            lines.add(new LineReport(line.number(), line.text(), there != null, there == null ? List.of() : there));
        }
        // Those that the text does not show: of a field that a constructor sets, of a decompiler that lost its place.
        left.forEach((line, there) -> lines.add(new LineReport(
                line == LineMap.UNNUMBERED ? OptionalInt.empty() : OptionalInt.of(line), "", true, there)));
        return lines;
    }

    private static List<VariableReport> variables(List<LineMap.Spot> spots) {
        Set<VariableReport> variables = new LinkedHashSet<>();
        for (LineMap.Spot spot : spots) {
            for (LineMap.Local local : spot.locals()) {
                variables.add(new VariableReport(local.name(), local.type(), Optional.empty()));
            }
        }
        for (LineMap.Spot spot : spots) {
            for (String hidden : spot.hidden()) {
                int colon = hidden.indexOf(": ");
                String name = hidden.substring(0, Math.max(colon, 0));
                if (variables.stream().noneMatch(each -> each.name().equals(name))) {
                    variables.add(new VariableReport(name, "", Optional.of(hidden.substring(colon + 2))));
                }
            }
        }
        return List.copyOf(variables);
    }
}
