package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.FramePlace;
import dev.sonde.weave.LineMap;
import dev.sonde.weave.Scope;
import dev.sonde.wire.Site;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Frames of threads that stand which no hook has seen: what the JVM keeps of their variables, as far as it can be believed.
 *
 * <p>What is there is true: the JVM could throw compiled code away at this moment and go on with it. What is not there looks like 0
 * or null. So a 0 is believed of a variable that the method reads again, which compiled code must keep; a null as well, if the
 * interpreter runs the frame: compiled code has no object where it has taken one to pieces. All else is said not to be kept.
 */
final class Callers {

    private static final int MOST_SLOTS = 65_535;

    private final Link link;
    private final TargetClasses classes;
    private final WovenSites sites;

    Callers(Link link, TargetClasses classes, WovenSites sites) {
        this.link = link;
        this.classes = classes;
        this.sites = sites;
    }

    /** What a frame's variables are read by: their slots, that of this first, and the letters of their types. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Slots(Site site, int[] from, String letters) {}

    /** A slot as the agent told it. */
    private record Slot(int kind, long bits) {}

    /** A frame as the agent told it. */
    private record Told(
            int classId, String className, String method, int bci, int line, boolean compiled, List<Slot> slots) {

        private static Told read(WireReader in) {
            int classId = in.i4();
            String className = in.string();
            String method = in.string();
            int bci = in.i4();
            int line = in.i4();
            boolean compiled = in.u1() != Wire.INTERPRETED;
            int count = Math.min(MOST_SLOTS, in.length(9));
            List<Slot> slots = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                slots.add(new Slot(in.u1(), in.i8()));
            }
            return new Told(classId, className, method, bci, line, compiled, slots);
        }

        Optional<Slot> slot(int number) {
            return number < slots.size() ? Optional.of(slots.get(number)) : Optional.empty();
        }
    }

    /**
     * The variables of a frame of a thread that stands.
     *
     * @throws TargetError when they are not known, with the reason
     */
    LiveFrame of(Stops stops, LiveStop.Told stop, int number) throws TargetError {
        CallerFrame frame = stop.stack().get(number);
        if (frame.line() == -2) {
            throw new TargetError("it is a native method");
        }
        Told told;
        try {
            told = Told.read(link.request(
                    Wire.STOP_FRAME, new WireWriter(8).i4(stop.id()).i4(number)));
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
        if (!told.className.equals(frame.className()) || !told.method.equals(frame.method())) {
            throw new TargetError("the JVM counts its frames in another way");
        }
        TargetClasses.Type type = classes.type(told.classId);
        ClassModel model = type.known(told.className);
        byte[] classFile = type.classFile().orElseThrow();
        FramePlace place = FramePlace.of(
                        told.line > 0 ? sites.running(told.classId, classFile) : classFile,
                        new FramePlace.Told(
                                told.method,
                                told.bci,
                                told.line,
                                told.slots.size(),
                                Optional.of(stop.stack().get(number - 1).method())))
                .orElseThrow(() -> new TargetError(
                        told.line > 0
                                ? "its class file is not the one that the JVM runs"
                                : "it was entered before its class was woven, and the JVM does not tell where it is"));
        Selection.Chosen chosen = new Selection.Chosen(
                told.classId,
                told.className,
                model,
                model.method(place.method())
                        .orElseThrow(() -> new TargetError("its class file is not the one that the JVM runs")),
                classFile);
        return frame(stops, stop, number, told, place, chosen);
    }

    private LiveFrame frame(
            Stops stops, LiveStop.Told stop, int number, Told told, FramePlace place, Selection.Chosen chosen) {
        List<String> hidden = new ArrayList<>(place.hidden());
        Optional<String> noThis = place.hasThis() ? whyNot(told, place, "L", 0) : Optional.of("");
        noThis.filter(why -> !why.isEmpty()).ifPresent(why -> hidden.add("this: " + why));
        List<LineMap.Local> locals = new ArrayList<>();
        StringBuilder letters = new StringBuilder("L");
        for (LineMap.Local local : place.locals()) {
            String letter = letter(local);
            Optional<String> why = whyNot(told, place, letter, local.slot());
            if (why.isPresent()) {
                hidden.add(local.name() + ": " + why.get());
            } else {
                locals.add(local);
                letters.append(letter);
            }
        }
        int line = stop.stack().get(number).line();
        LineMap.Spot spot = new LineMap.Spot(
                0,
                line > 0 ? line : LineMap.UNNUMBERED,
                noThis.isEmpty(),
                locals,
                hidden,
                false,
                Map.of(),
                Optional.empty());
        List<String> names = locals.stream().map(LineMap.Local::name).toList();
        Site site = new Site(
                0,
                told.classId,
                told.className,
                told.method,
                spot.descriptor(),
                !spot.hasThis(),
                sites.masked(names),
                line > 0 ? line : Site.UNNUMBERED);
        int[] from = new int[locals.size() + 1];
        from[0] = spot.hasThis() ? 0 : -1;
        for (int i = 0; i < locals.size(); i++) {
            from[i + 1] = value(letter(locals.get(i)), locals.get(i).slot());
        }
        LiveStop.Place there = new LiveStop.Place(
                chosen,
                line > 0 ? OptionalInt.of(line) : OptionalInt.empty(),
                spot.hasThis(),
                names,
                hidden,
                LiveStop.Settable.nothing("only those of the frame that stands can be set"),
                Scope.atLine(chosen.model(), place.method(), spot, classes.source(told.classId)));
        return new LiveFrame(stops, stop, number, there, Optional.of(new Slots(site, from, letters.toString())));
    }

    private static String letter(LineMap.Local local) {
        String letter = local.descriptor().substring(0, 1);
        return letter.equals("[") ? "L" : letter;
    }

    /** The slot that has the value: of the two of a long or a double HotSpot fills the second. */
    private static int value(String letter, int slot) {
        return letter.equals("J") || letter.equals("D") ? slot + 1 : slot;
    }

    /** Why a variable cannot be believed; empty when it can. */
    private static Optional<String> whyNot(Told told, FramePlace place, String letter, int number) {
        boolean live = place.live().contains(number);
        Optional<Slot> slot = told.slot(value(letter, number));
        String lost = live ? "compiled code does not keep it here" : "no longer used here, and not kept";
        if (slot.isEmpty()) {
            return Optional.of(lost);
        }
        int kind = slot.get().kind;
        if (!letter.equals("L")) {
            boolean wide = value(letter, number) != number;
            boolean zero = wide ? slot.get().bits == 0 : (int) slot.get().bits == 0;
            return kind == Wire.SLOT_PRIMITIVE && (live || !zero) ? Optional.empty() : Optional.of(lost);
        }
        if (kind == Wire.SLOT_OBJECT || (kind == Wire.SLOT_NULL && live && !told.compiled)) {
            return Optional.empty();
        }
        return Optional.of(
                kind == Wire.SLOT_NULL && live ? "null, or an object that compiled code keeps in pieces" : lost);
    }
}
