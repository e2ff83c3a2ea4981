package dev.sonde.shell.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sonde.commands.Exit;
import dev.sonde.commands.output.SafeText;
import dev.sonde.profile.Description;
import dev.sonde.profile.Frame;
import dev.sonde.profile.Kind;
import dev.sonde.profile.PprofFile;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore.Kept;
import dev.sonde.profile.Sample;
import dev.sonde.profile.ValueType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paths that Go's {@code net/http/pprof} serves, for a JVM, so that {@code go tool pprof} and what else speaks to Go programs
 * works on it. Each is a line that the login might have typed. What Go keeps since its program's start is sampled here from now on,
 * for {@code seconds}, because nothing is in a JVM before it is asked.
 */
final class GoPaths {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int OUTERMOST = 4;

    private record Path(String name, String means, String standardSeconds) {}

    private static final List<Path> PATHS = List.of(
            new Path("profile", "where the processors are: samples for seconds, 30 unless given", "30"),
            new Path("heap", "what is allocated from now on, for seconds, and still alive at their end", "10"),
            new Path("allocs", "what is allocated from now on, for seconds", "10"),
            new Path("goroutine", "all threads and where they are; debug=1 groups them, debug=2 shows each", ""),
            new Path("block", "how long threads wait for locks, for seconds", "10"),
            new Path("mutex", "the same: a JVM tells who waits, and for which lock", "10"),
            new Path("threadcreate", "all threads, by the code that they were started to run", ""),
            new Path("trace", "a timeline, recorded for seconds: JSON for ui.perfetto.dev, not for go tool trace", "1"),
            new Path("cmdline", "how the JVM was started", ""));

    Response answer(Optional<String> target, List<String> path, Request request, Visit visit) throws Unanswered {
        try {
            if (!request.reads()) {
                throw new Unanswered(Response.WRONG_METHOD, "GET and HEAD are accepted");
            }
            if (path.isEmpty()) {
                return request.path().endsWith("/") ? index(target, visit) : Response.movedTo(request.path() + "/");
            }
            String name = path.size() == 1 ? path.get(0) : "";
            Path known = PATHS.stream()
                    .filter(each -> each.name.equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new Unanswered(Response.NOT_FOUND, "there is no " + String.join("/", path) + " here"));
            return answer(known, Jvms.pid(target, visit), request, visit);
        } catch (IOException e) {
            return forGo(new Unanswered(Response.REFUSED, String.valueOf(e.getMessage())));
        } catch (Unanswered e) {
            return forGo(e);
        }
    }

    /** Go's tool shows what stands in a refusal when this header says that it is meant for it. */
    private static Response forGo(Unanswered why) {
        Response plain = why.response();
        return new Response(plain.status(), plain.type(), plain.body(), Map.of("x-go-pprof", "1"));
    }

    private Response answer(Path path, long pid, Request request, Visit visit) throws Unanswered, IOException {
        int seconds = path.standardSeconds.isEmpty()
                ? 0
                : Taking.seconds(request.parameter("seconds").orElse(path.standardSeconds));
        return switch (path.name) {
            case "profile" -> taken(path, new Taking(Kind.CPU, seconds), pid, visit);
            case "heap" -> taken(path, new Taking(Kind.LIVE, seconds), pid, visit);
            case "allocs" -> taken(path, new Taking(Kind.ALLOC, seconds), pid, visit);
            case "block", "mutex" -> taken(path, new Taking(Kind.LOCK, seconds), pid, visit);
            case "trace" -> new Recorded(new Taking(Kind.TIMELINE, seconds).take(pid, visit), visit).perfetto(visit);
            case "threadcreate" -> beginnings(new Taking(Kind.THREADS, 0).take(pid, visit), visit);
            case "goroutine" ->
                switch (request.parameter("debug").orElse("0")) {
                    case "0" -> taken(path, new Taking(Kind.THREADS, 0), pid, visit);
                    case "1" -> said("@" + pid + " threads --group --depth 256", visit);
                    default -> said("@" + pid + " threads --depth 256", visit);
                };
            case "cmdline" -> Response.plain(commandLine(pid, visit));
            default -> throw new IllegalStateException(path.name);
        };
    }

    private static Response taken(Path path, Taking taking, long pid, Visit visit) throws Unanswered, IOException {
        Kept kept = taking.take(pid, visit);
        return Response.file(
                "application/octet-stream", path.name, visit.profiles().bytes(kept));
    }

    private static Response said(String line, Visit visit) throws Unanswered {
        Visit.Said said = visit.run(line);
        if (said.exit() != Exit.DONE) {
            throw Unanswered.of(said);
        }
        return Response.plain(said.out());
    }

    /** Each thread at the outermost of its frames: a JVM does not know where a thread was created, but what for. */
    private static Response beginnings(Kept kept, Visit visit) throws IOException {
        Profile threads = visit.profiles().load(kept);
        Description about = threads.description();
        Profile.Builder builder = new Profile.Builder(new Description(
                "threadcreate",
                List.of(new ValueType("threadcreate", ValueType.COUNT)),
                about.start(),
                about.duration(),
                about.target(),
                about.targetName(),
                about.engine(),
                0,
                "",
                about.notes()));
        for (Sample sample : threads.samples()) {
            List<Frame> stack = sample.stack();
            builder.add(stack.subList(Math.max(0, stack.size() - OUTERMOST), stack.size()), Map.of(), sample.value(0));
        }
        return Response.file("application/octet-stream", "threadcreate", PprofFile.write(builder.build()));
    }

    /** As Go gives it: the words with a zero between. */
    private static String commandLine(long pid, Visit visit) throws Unanswered, IOException {
        Visit.Said said = visit.run("@" + pid + " jvm --json");
        if (said.exit() != Exit.DONE) {
            throw Unanswered.of(said);
        }
        StringBuilder words = new StringBuilder("java");
        String command = "";
        try (JsonParser json = JSON.createParser(said.out())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                boolean inArguments = json.getParsingContext().inArray()
                        && "jvmArguments"
                                .equals(json.getParsingContext().getParent().getCurrentName());
                if (token == JsonToken.VALUE_STRING && inArguments) {
                    words.append('\0').append(json.getText());
                } else if (token == JsonToken.VALUE_STRING && "command".equals(json.currentName())) {
                    command = json.getText();
                }
            }
        }
        return words.append('\0').append(command.replace(' ', '\0')).toString();
    }

    private static Response index(Optional<String> target, Visit visit) throws Unanswered {
        long pid = Jvms.pid(target, visit);
        String name = visit.visible().stream()
                .filter(jvm -> jvm.id().pid() == pid)
                .map(jvm -> pid + " " + jvm.name())
                .findFirst()
                .orElse(Long.toString(pid));
        StringBuilder rows = new StringBuilder();
        for (Path path : PATHS) {
            String query =
                    switch (path.name) {
                        case "goroutine" -> "?debug=2";
                        case "profile", "cmdline", "threadcreate" -> "";
                        default -> "?seconds=" + path.standardSeconds;
                    };
            rows.append("<tr><td><a href=\"")
                    .append(path.name)
                    .append(query)
                    .append("\">")
                    .append(path.name)
                    .append("</a></td><td>")
                    .append(path.means)
                    .append("</td></tr>\n");
        }
        return Response.html("""
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>/debug/pprof/ of %1$s</title><link rel="stylesheet" href="/assets/sonde.css"></head>
                <body><header><a class="home" href="/">Sonde</a><h1>/debug/pprof/ of %1$s</h1></header><main>
                <table>%2$s</table>
                <p>As a Go program serves them: <code>go tool pprof</code> and this address work on this JVM.</p>
                </main></body></html>
                """.formatted(escaped(SafeText.of(name)), rows));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
