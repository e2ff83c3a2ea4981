package dev.sonde.jvm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sonde.jvm.ThreadReport.JvmThread;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The virtual threads of a JVM from 21 on. Only {@code Thread.dump_to_file} tells of them, and only into a file: it lies in a
 * directory of its own that nobody but the target's user may enter, and goes with it. It is read as a stream, and equal
 * stacks are kept once, so that a hundred thousand threads fit.
 */
final class VirtualThreads {

    private static final int MAX_THREADS = 1_000_000;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<List<String>, List<String>> stacks = new HashMap<>();
    private final Map<String, String> frames = new HashMap<>();
    private final Map<Long, String> names = new HashMap<>();
    private final Set<Long> carriers = new HashSet<>();
    private final List<Found> found = new ArrayList<>();
    private int left;
    private boolean broken;

    private VirtualThreads() {}

    /** One virtual thread as the file tells it; {@code ownerId} is -1 when it does not. */
    private record Found(
            long id,
            String name,
            Optional<Thread.State> state,
            List<String> frames,
            List<String> holds,
            Optional<String> waitsFor,
            long ownerId) {}

    /** Adds the virtual threads, and marks the carriers among the threads that are there. */
    static void add(LocalProcesses.Jvm jvm, AttachPoint attach, List<JvmThread> threads, List<String> notices)
            throws TargetError {
        VirtualThreads virtual = new VirtualThreads();
        for (JvmThread thread : threads) {
            if (thread.id().isPresent()) {
                virtual.names.put(thread.id().getAsLong(), thread.name());
            }
        }
        virtual.dump(jvm, attach);
        if (virtual.broken) {
            notices.add(
                    "the JVM broke off its list of threads (a control character in the name of one does that): virtual"
                            + " threads after it are missing");
        }
        if (virtual.left > 0) {
            notices.add(virtual.left + " virtual threads beyond the first " + MAX_THREADS + " were left out");
        }
        for (int i = 0; i < threads.size(); i++) {
            JvmThread thread = threads.get(i);
            if (thread.id().isPresent() && virtual.carriers.contains(thread.id().getAsLong()) && !thread.carrier()) {
                threads.set(i, asCarrier(thread));
            }
        }
        for (Found thread : virtual.found) {
            threads.add(new JvmThread(
                    OptionalLong.of(thread.id),
                    OptionalLong.empty(),
                    thread.name,
                    thread.state,
                    true, // each virtual thread is a daemon
                    true,
                    false,
                    OptionalDouble.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    thread.frames,
                    thread.holds,
                    thread.waitsFor,
                    Optional.ofNullable(virtual.names.get(thread.ownerId))));
        }
        if (!virtual.found.isEmpty()) {
            notices.add("a virtual thread has no CPU time or allocation of its own to tell");
        }
    }

    private static JvmThread asCarrier(JvmThread t) {
        return new JvmThread(
                t.id(),
                t.nativeId(),
                t.name(),
                t.state(),
                t.daemon(),
                false,
                true,
                t.cpuPercent(),
                t.allocatedBytesPerSecond(),
                t.cpuTotal(),
                t.frames(),
                t.holds(),
                t.waitsFor(),
                t.waitsForOwner());
    }

    private void dump(LocalProcesses.Jvm jvm, AttachPoint attach) throws TargetError {
        long pid = jvm.id.pid();
        Path root = Proc.of(pid).resolve("root");
        Path tmp = Files.isDirectory(root.resolve("tmp")) ? root.resolve("tmp") : Path.of("/tmp");
        String name = "sonde-threads-" + pid + "-" + Long.toHexString(RANDOM.nextLong());
        Path folder = tmp.resolve(name);
        Path file = folder.resolve("threads.json");
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                if (Files.getAttribute(folder, "unix:uid") instanceof Integer owner
                        && Integer.toUnsignedLong(owner) != jvm.status.uid()) {
                    Files.setAttribute(folder, "unix:uid", (int) jvm.status.uid(), LinkOption.NOFOLLOW_LINKS);
                }
                try (AttachReply reply =
                        attach.jcmd("Thread.dump_to_file -format=json /tmp/" + name + "/threads.json")) {
                    String answer = reply.text(64 << 10).strip();
                    if (reply.code() != 0 || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                        throw attach.alive()
                                ? new TargetError("the target could not write its virtual threads to a file: " + answer)
                                : attach.gone();
                    }
                }
                try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                    parse(in);
                } catch (JsonProcessingException e) {
                    // JDK 25 fails over a thread whose name has a control character, and leaves half a file.
                    broken = true;
                }
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw attach.failed(e);
        }
    }

    private void parse(InputStream in) throws IOException {
        try (JsonParser json = JSON.createParser(in)) {
            // threadDump.threadContainers[].threads[]: whatever else there is, is passed over
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_ARRAY && "threads".equals(json.currentName())) {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        thread(json);
                    }
                }
            }
        }
    }

    private void thread(JsonParser json) throws IOException {
        long id = -1;
        String name = "";
        boolean virtual = false;
        boolean virtualTold = false;
        Optional<Thread.State> state = Optional.empty();
        List<String> stack = List.of();
        List<String> holds = new ArrayList<>();
        Optional<String> waitsFor = Optional.empty();
        long owner = -1;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "tid" -> id = number(json);
                case "name" -> name = text(json);
                case "virtual" -> {
                    virtual = json.getValueAsBoolean();
                    virtualTold = true;
                }
                case "state" -> state = state(text(json));
                case "stack" -> stack = stack(json);
                case "carrier" -> carriers.add(number(json));
                case "blockedOn", "waitingOn" ->
                    waitsFor = Optional.of(text(json)).filter(t -> !t.isEmpty());
                case "parkBlocker" -> {
                    if (json.currentToken() != JsonToken.START_OBJECT) {
                        json.skipChildren();
                        break;
                    }
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        String inner = json.currentName();
                        json.nextToken();
                        if (inner.equals("object")) {
                            waitsFor = Optional.of(text(json)).filter(t -> !t.isEmpty());
                        } else if (inner.equals("owner") || inner.equals("exclusiveOwnerThreadId")) {
                            owner = number(json);
                        } else {
                            json.skipChildren();
                        }
                    }
                }
                case "monitorsOwned" -> owned(json, holds);
                default -> json.skipChildren();
            }
        }
        // JDK 21 does not say which are virtual; their stacks begin in one place.
        if (!virtualTold && !stack.isEmpty()) {
            virtual = stack.get(stack.size() - 1).startsWith("java.lang.VirtualThread.run(");
        }
        if (!virtual) {
            return;
        }
        if (found.size() == MAX_THREADS) {
            left++;
            return;
        }
        if (!name.isEmpty()) {
            names.put(id, name);
        }
        found.add(new Found(id, name, state, stack, List.copyOf(holds), waitsFor, owner));
    }

    private List<String> stack(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return List.of();
        }
        List<String> stack = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
            String frame = ThreadDump.frame(text(json));
            String kept = frames.putIfAbsent(frame, frame);
            stack.add(kept == null ? frame : kept);
        }
        List<String> copy = List.copyOf(stack);
        List<String> kept = stacks.putIfAbsent(copy, copy);
        return kept == null ? copy : kept;
    }

    /** {@code [{depth, locks: […]}, …]}. */
    private static void owned(JsonParser json, List<String> holds) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        int open = 1;
        boolean locks = false;
        while (open > 0) {
            JsonToken token = json.nextToken();
            if (token == null) {
                return;
            } else if (token.isStructStart()) {
                open++;
            } else if (token.isStructEnd()) {
                open--;
            } else if (token == JsonToken.FIELD_NAME) {
                locks = json.currentName().equals("locks");
            } else if (locks && token == JsonToken.VALUE_STRING) {
                holds.add(json.getText());
            }
        }
    }

    private static Optional<Thread.State> state(String text) {
        try {
            return Optional.of(Thread.State.valueOf(text.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Ids are strings in some releases and numbers in others. */
    private static long number(JsonParser json) throws IOException {
        try {
            return Long.parseLong(text(json));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String text(JsonParser json) throws IOException {
        if (json.currentToken() != null && json.currentToken().isStructStart()) {
            json.skipChildren();
            return "";
        }
        @Nullable String text = json.getValueAsString();
        return text == null ? "" : text;
    }
}
