package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.ClassSource;
import dev.sonde.weave.source.Decompiler;
import dev.sonde.weave.source.MethodLines;
import dev.sonde.weave.source.SourceText;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.ClassOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The source of one loaded class: from the places that the bastion names, from a sources jar beside its own jar, or
 * decompiled from what its loader gives.
 */
final class ClassText {

    private static final Duration DECOMPILING = Duration.ofSeconds(20);
    private static final int MOST_INNER = 500;

    private final TargetClasses classes;
    private final LocalJvm jvm;
    private final ClassEntry entry;
    private final Optional<Origin> origin;

    ClassText(TargetClasses classes, LocalJvm jvm, ClassEntry entry) throws TargetError {
        this.classes = classes;
        this.jvm = jvm;
        this.entry = entry;
        ClassOrigin told = classes.origins(List.of(entry)).get(entry.id);
        this.origin = told == null || told.location.isEmpty()
                ? Optional.empty()
                : Optional.of(Origin.of(jvm.process.id.pid(), told.location));
    }

    LoadedCode.ClassSourceText read(Optional<String> method, Optional<String> place, boolean decompile)
            throws TargetError, InterruptedException {
        TargetClasses.Type type = classes.typeFromJvm(entry.id);
        ClassModel model = type.known(entry.name);
        Optional<SourcePlaces.Found> found = decompile ? Optional.empty() : written(model, place);
        if (found.isEmpty() && place.isPresent() && !decompile) {
            throw new TargetError("the source of " + entry.name + " is not in " + place.get());
        }
        String from;
        SourceText text;
        if (found.isPresent()) {
            from = found.get().from();
            text = SourceText.ofFile(found.get().text());
        } else {
            from = "decompiled by Vineflower";
            text = decompiled(type.classFile().orElseThrow());
        }
        return new LoadedCode.ClassSourceText(
                entry.name,
                method,
                from,
                found.isPresent(),
                method.isPresent() ? only(text, model, method.get()) : text);
    }

    private Optional<SourcePlaces.Found> written(ClassModel model, Optional<String> place) throws TargetError {
        String file = model.sourceFile().orElse("");
        if (file.isEmpty() || file.indexOf('/') >= 0 || file.contains("..")) {
            return Optional.empty();
        }
        String name = entry.name.substring(0, entry.name.lastIndexOf('.') + 1).replace('.', '/') + file;
        Optional<SourcePlaces.Found> found = jvm.sources.find(place, name);
        if (found.isPresent()
                || place.isPresent()
                || origin.isEmpty()
                || origin.get().file().isEmpty()) {
            return found;
        }
        Path jar = origin.get().file().get();
        String jarName = String.valueOf(jar.getFileName());
        return jarName.endsWith(".jar") && origin.get().inner().isEmpty()
                ? Origin.of(
                                jvm.process.id.pid(),
                                "file:" + origin.get().shown().replaceFirst("\\.jar$", "-sources.jar"))
                        .file()
                        .flatMap(sources -> SourcePlaces.inArchive(sources, name))
                        .map(in -> new SourcePlaces.Found(in.text(), "the sources jar beside " + jarName))
                : Optional.empty();
    }

    private SourceText decompiled(byte[] own) throws TargetError, InterruptedException {
        ClassSource loaded = classes.source(entry.id);
        String outer = entry.name;
        byte[] outerFile = own;
        for (int cut = outer.indexOf('$', outer.lastIndexOf('.') + 2); cut > 0; cut = outer.indexOf('$', cut + 1)) {
            Optional<byte[]> file = classFile(loaded, outer.substring(0, cut));
            if (file.isPresent()) {
                outer = outer.substring(0, cut);
                outerFile = file.get();
                break;
            }
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(outer, outerFile);
        Deque<byte[]> open = new ArrayDeque<>(List.of(outerFile));
        Set<String> looked = new HashSet<>(files.keySet());
        while (!open.isEmpty() && files.size() < MOST_INNER) {
            for (String inner : ClassModel.within(open.remove())) {
                if (inner.startsWith(outer + "$") && looked.add(inner)) {
                    classFile(loaded, inner).ifPresent(file -> {
                        files.put(inner, file);
                        open.add(file);
                    });
                }
            }
        }
        files.putIfAbsent(entry.name, own);
        try {
            return Decompiler.decompile(outer, files, Map.of(), DECOMPILING);
        } catch (Decompiler.Undecompiled e) {
            throw new TargetError(entry.name + " cannot be shown: " + e.getMessage(), e);
        }
    }

    /** Of a class that is loaded, else from where this one comes from. */
    private Optional<byte[]> classFile(ClassSource loaded, String name) {
        Optional<byte[]> file = loaded.classFile(name);
        if (file.isPresent() || origin.isEmpty()) {
            return file;
        }
        try {
            return origin.get().read(name.replace('.', '/') + ".class");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private SourceText only(SourceText text, ClassModel model, String method) throws TargetError {
        List<SourceText.Line> lines = new ArrayList<>();
        Set<String> without = new LinkedHashSet<>();
        for (ClassModel.Method each : AgentCode.chosen(model, method)) {
            if (each.isSynthetic() && !each.key().name().equals(method)) {
                continue; // the body of a lambda stands in the method that has it
            }
            Optional<SourceText> part = MethodLines.of(text, model, each);
            if (part.isEmpty()) {
                without.add(each.human());
                continue;
            }
            if (lines.containsAll(part.get().lines())) {
                continue;
            }
            if (!lines.isEmpty()) {
                lines.add(new SourceText.Line(OptionalInt.empty(), ""));
            }
            lines.addAll(part.get().lines());
        }
        if (lines.isEmpty()) {
            throw new TargetError("the source of " + model.name() + " does not show " + String.join(", ", without)
                    + ": the compiler made it");
        }
        return new SourceText(lines);
    }
}
