package dev.sonde.shell.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Line;
import dev.sonde.commands.output.SafeText;
import dev.sonde.profile.Description;
import dev.sonde.profile.LineCosts;
import dev.sonde.profile.PprofFile;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.profile.ProfileStore.Kept;
import dev.sonde.profile.ValueType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * What is in the pages, as JSON:
 *
 * <ul>
 *   <li>{@code profiles}: those that are kept, newest first;
 *   <li>{@code jvms}: those in reach, as {@code ps} tells them;
 *   <li>{@code profile/N?type=I}, {@code diff/A/B?type=I&normalised=1}: a {@link CallTree};
 *   <li>{@code source/N?type=I&class=C}: the source of a class with what its lines cost;
 *   <li>{@code timeline/N}: what threads did, as {@link Lanes};
 *   <li>{@code file/N}: the profile itself, for {@code go tool pprof}; {@code recording/N} and {@code perfetto/N}: that of a
 *       timeline, for JDK Mission Control and for Perfetto;
 *   <li>{@code POST take?kind=K&pid=P&seconds=S}: takes one, and gives its number.
 * </ul>
 *
 * Whatever asks something of a JVM is a line that the login might have typed.
 */
final class PageData {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern CLASS = Pattern.compile("[^\\s'\"\\\\]{1,500}");

    /** A tree of a large profile takes a hundred megabytes while it is made: so many at a time, however many browsers ask. */
    private final Semaphore drawing = new Semaphore(2);

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    Response answer(List<String> path, Request request, Visit visit) throws Unanswered, InterruptedException {
        String what = path.isEmpty() ? "" : path.get(0);
        if (!request.reads() && !what.equals("take")) {
            throw new Unanswered(Response.WRONG_METHOD, "GET and HEAD are accepted");
        }
        try {
            return switch (what + " " + (path.size() - 1)) {
                case "profiles 0" -> profiles(visit);
                case "jvms 0" -> jvms(visit);
                case "profile 1" -> inTurn(() -> profile(path.get(1), request, visit));
                case "diff 2" -> inTurn(() -> diff(path.get(1), path.get(2), request, visit));
                case "source 1" -> source(path.get(1), request, visit);
                case "file 1" -> {
                    Kept kept = kept(path.get(1), visit);
                    yield Response.file(
                            "application/octet-stream",
                            kept.number() + ".pb.gz",
                            visit.profiles().bytes(kept));
                }
                case "timeline 1" -> inTurn(() -> timeline(path.get(1), visit));
                case "recording 1" -> {
                    Recorded recorded = Recorded.find(path.get(1), visit);
                    yield Response.file("application/octet-stream", recorded.number() + ".jfr", recorded.bytes());
                }
                case "perfetto 1" ->
                    inTurn(() -> Recorded.find(path.get(1), visit).perfetto(visit));
                case "take 0" -> take(request, visit);
                default ->
                    throw new Unanswered(Response.NOT_FOUND, "there is no api/" + String.join("/", path) + " here");
            };
        } catch (IOException | UncheckedIOException e) {
            throw new Unanswered(Response.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private interface Drawn {
        Response draw() throws Unanswered, IOException;
    }

    private Response inTurn(Drawn drawn) throws Unanswered, IOException, InterruptedException {
        drawing.acquire();
        try {
            return drawn.draw();
        } finally {
            drawing.release();
        }
    }

    static Kept kept(String number, Visit visit) throws Unanswered, IOException {
        Optional<Kept> kept;
        try {
            kept = visit.profiles().find(Long.parseLong(number));
        } catch (NumberFormatException e) {
            throw new Unanswered(Response.WRONG, "'" + number + "' is not the number of a profile");
        }
        return kept.orElseThrow(() -> new Unanswered(Response.NOT_FOUND, "you keep no profile " + number));
    }

    private static Response profiles(Visit visit) throws IOException {
        ProfileStore store = visit.profiles();
        List<Kept> all = store.all();
        return json(json -> {
            json.writeStringField("login", visit.login());
            json.writeArrayFieldStart("profiles");
            for (int i = all.size() - 1; i >= 0; i--) {
                Kept kept = all.get(i);
                json.writeStartObject();
                json.writeNumberField("number", kept.number());
                json.writeNumberField("bytes", kept.bytes());
                json.writeBooleanField("ring", kept.ring());
                try {
                    PprofFile.Summary summary = store.summary(kept);
                    describe(json, summary.description());
                    if (!summary.totals().isEmpty()) {
                        json.writeNumberField(
                                "total",
                                summary.totals().get(summary.description().standardType()));
                    }
                } catch (IOException e) {
                    json.writeStringField("unreadable", safe(String.valueOf(e.getMessage())));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void describe(JsonGenerator json, Description about) throws IOException {
        json.writeStringField("kind", safe(about.kind()));
        json.writeStringField("name", safe(about.name()));
        json.writeStringField("start", about.start().toString());
        json.writeNumberField("durationMs", about.duration().toMillis());
        json.writeStringField("target", safe(about.target()));
        json.writeStringField("targetName", safe(about.targetName()));
        json.writeStringField("engine", safe(about.engine()));
        json.writeArrayFieldStart("notes");
        for (String note : about.notes()) {
            json.writeString(safe(note));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("types");
        for (ValueType type : about.types()) {
            json.writeStartObject();
            json.writeStringField("name", safe(type.name()));
            json.writeStringField("unit", safe(type.unit()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static Response jvms(Visit visit) throws Unanswered {
        Visit.Said said = visit.run("ps --json");
        if (said.exit() != Exit.DONE) {
            throw Unanswered.of(said);
        }
        Optional<Long> selected = visit.selected();
        return json(json -> {
            json.writeArrayFieldStart("jvms");
            for (String row : said.out().lines().toList()) {
                json.writeRawValue(row); // one JSON object, made by us
            }
            json.writeEndArray();
            if (selected.isPresent()) {
                json.writeNumberField("selected", selected.get());
            }
        });
    }

    private static int type(Request request, Description about) throws Unanswered {
        Optional<String> asked = request.parameter("type");
        if (asked.isEmpty()) {
            return about.standardType();
        }
        for (int i = 0; i < about.types().size(); i++) {
            if (asked.get().equals(Integer.toString(i))
                    || asked.get().equals(about.types().get(i).name())) {
                return i;
            }
        }
        throw new Unanswered(Response.WRONG, "type: '" + asked.get() + "' is none of " + about.types());
    }

    private static Response profile(String number, Request request, Visit visit) throws Unanswered, IOException {
        Kept kept = kept(number, visit);
        Profile profile = visit.profiles().load(kept);
        int type = type(request, profile.description());
        CallTree tree = CallTree.of(profile, type);
        return json(json -> {
            json.writeNumberField("number", kept.number());
            describe(json, profile.description());
            json.writeNumberField("type", type);
            tree.write(json);
        });
    }

    private static Response timeline(String number, Visit visit) throws Unanswered, IOException {
        Recorded recorded = Recorded.find(number, visit);
        Description about = visit.profiles().summary(recorded.kept()).description();
        return json(json -> {
            json.writeNumberField("number", recorded.number());
            describe(json, about);
            Lanes.write(recorded.file(), json);
        });
    }

    private static Response diff(String first, String second, Request request, Visit visit)
            throws Unanswered, IOException {
        Kept before = kept(first, visit);
        Kept after = kept(second, visit);
        Profile old = visit.profiles().load(before);
        Profile now = visit.profiles().load(after);
        if (!old.types().equals(now.types())) {
            throw new Unanswered(
                    Response.WRONG,
                    "profile " + first + " is of " + old.types() + ", profile " + second + " of " + now.types()
                            + ": only like is compared with like");
        }
        int type = type(request, now.description());
        boolean normalised = request.parameter("normalised").isPresent();
        CallTree tree = CallTree.between(old, now, type, normalised);
        return json(json -> {
            json.writeNumberField("number", after.number());
            json.writeNumberField("base", before.number());
            json.writeStringField("baseName", safe(old.description().name()));
            json.writeStringField("baseStart", old.description().start().toString());
            json.writeBooleanField("normalised", normalised);
            describe(json, now.description());
            json.writeNumberField("type", type);
            tree.write(json);
        });
    }

    private static Response source(String number, Request request, Visit visit) throws Unanswered, IOException {
        String className = request.parameter("class").orElse("");
        if (!CLASS.matcher(className).matches()) {
            throw new Unanswered(Response.WRONG, "class: the full name of a class is accepted");
        }
        Profile profile = visit.profiles().load(kept(number, visit));
        int type = type(request, profile.description());
        // What is nested stands in the same file, and lambdas are methods of the class.
        LineCosts costs = LineCosts.of(
                profile,
                type,
                frame ->
                        frame.className().equals(className) || frame.className().startsWith(className + "$"));
        String target = profile.description().target();
        Visit.Said said = target.matches("\\d{1,10}")
                ? visit.run("@" + target + " source " + Line.quoted(className) + " --json")
                : new Visit.Said(Exit.FAILED, "", "the profile does not say which JVM it is of");
        Optional<String> row = said.exit() == Exit.DONE ? said.out().lines().findFirst() : Optional.empty();
        return json(json -> {
            json.writeStringField("class", safe(className));
            json.writeStringField("unit", safe(profile.types().get(type).unit()));
            json.writeNumberField("total", profile.total(type));
            json.writeNumberField("flat", costs.flat());
            json.writeNumberField("cum", costs.cum());
            json.writeArrayFieldStart("lines");
            for (Map.Entry<Integer, LineCosts.Cost> line : costs.lines().entrySet()) {
                json.writeArray(
                        new long[] {
                            line.getKey(),
                            line.getValue().flat(),
                            line.getValue().cum()
                        },
                        0,
                        3);
            }
            json.writeEndArray();
            if (row.isPresent()) {
                json.writeFieldName("source");
                json.writeRawValue(row.get()); // one JSON object, made by us
            } else {
                json.writeStringField("missing", said.error().strip());
            }
        });
    }

    private static Response take(Request request, Visit visit) throws Unanswered, IOException {
        if (!request.method().equals("POST")) {
            throw new Unanswered(Response.WRONG_METHOD, "POST is accepted");
        }
        long pid = Jvms.pid(request.parameter("pid").filter(text -> text.matches("\\d{1,10}")), visit);
        Taking taking = Taking.of(
                request.parameter("kind").orElse(""),
                request.parameter("seconds").orElse("10"));
        long number = taking.take(pid, visit).number();
        return json(json -> json.writeNumberField("number", number));
    }

    private static String safe(String untrusted) {
        return SafeText.of(untrusted);
    }

    private static Response json(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Response.json(bytes.toByteArray());
    }
}
