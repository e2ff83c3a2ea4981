package dev.sonde.commands.guard;

import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The guards of a login: kept by the server, and at work whether the login is there or not. */
public interface Guards {

    /** Where there is no server. */
    Guards NONE = new Guards() {
        @Override
        public Set<Channel> channels() {
            return Set.of();
        }

        @Override
        public void set(Guard guard) throws TargetError {
            throw new TargetError("guards are kept by a server: send the line to one over ssh");
        }

        @Override
        public List<Kept> all() {
            return List.of();
        }

        @Override
        public void stop(String name) throws TargetError {
            throw new TargetError("no guard is called " + name);
        }

        @Override
        public void forget(String name) throws TargetError {
            throw new TargetError("no guard is called " + name);
        }

        @Override
        public List<String> report(String name, String file) throws IOException {
            throw new IOException("there is no such report");
        }
    };

    /** How a rule stands. */
    enum State {
        /** No JVM fits. */
        WAITING,
        /** Not true. */
        QUIET,
        /** True, but not yet for long enough. */
        TRUE,
        /** It came true, and its playbook runs. */
        RUNS,
        /** It came true, and does not again before its time. */
        COOLING,
        /** Its value cannot be told. */
        UNKNOWN,
        /** The guard was stopped. */
        STOPPED,
        /** The guard may not watch. */
        REFUSED
    }

    /**
     * One rule on one JVM.
     *
     * @param target empty while no JVM fits
     * @param value the last, for a program; {@code shown} for a person
     * @param detail what more there is to say of the state; may be empty
     */
    record Standing(
            String rule,
            String when,
            Optional<String> target,
            Optional<String> name,
            State state,
            String detail,
            OptionalDouble value,
            String shown,
            long fired,
            Optional<Instant> lastFired) {}

    /**
     * One guard.
     *
     * @param refused why it does not watch; empty when it does, or was stopped
     * @param nextLook empty when it does not watch
     */
    record Kept(
            String name,
            String text,
            Instant since,
            boolean stopped,
            Optional<String> refused,
            List<Standing> rules,
            List<Fired> fired,
            Optional<Instant> nextLook) {
        public Kept {
            rules = List.copyOf(rules);
            fired = List.copyOf(fired);
        }
    }

    /** The ways to tell that the server's owner has set. */
    Set<Channel> channels();

    /**
     * Has it watch from now on, for the login that asks; one of that name that is there makes room for it, and what that found
     * stays.
     *
     * @throws TargetError when there are too many, or it cannot be kept
     */
    void set(Guard guard) throws TargetError;

    /** By name. */
    List<Kept> all();

    default Optional<Kept> find(String name) {
        return all().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** Ends it; what it found stays. */
    void stop(String name) throws TargetError;

    /** Ends it, with all that it found. */
    void forget(String name) throws TargetError;

    /**
     * A report that it has kept, line by line.
     *
     * @throws IOException when there is none any more
     */
    List<String> report(String name, String file) throws IOException;
}
