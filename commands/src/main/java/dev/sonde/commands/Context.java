package dev.sonde.commands;

import dev.sonde.commands.baseline.Baselines;
import dev.sonde.commands.guard.Guards;
import dev.sonde.jvm.Host;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetId;
import dev.sonde.profile.ProfileStore;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a running command may reach: its output, its target, its session. Made by the shell for each line. */
public interface Context {

    Output output();

    Cancel cancel();

    /** The login that typed the line. The owner of what its sessions open is {@code LOGIN/SESSION}. */
    String login();

    /** The host whose JVMs this server reaches. */
    Host host();

    /** The JVMs that this login may see, by pid. */
    List<JvmProcess> visible();

    /** The target this line runs on. A command that extends {@link TargetCommand} always has one. */
    Optional<Target> target();

    /** All targets that this session has open. */
    List<Target> openTargets();

    /**
     * The probes in place, of all sessions: on the target of this line, else on every JVM that this login may see.
     *
     * @return the JVM to its probes, none of them ended
     */
    Map<TargetId, List<Probe>> probes();

    /** Opens a target for the session, or gives the handle the session already has. Checks the login's targets. */
    Target open(JvmProcess process) throws TargetError;

    /** Makes a target the one that lines without {@code @TARGET} run on. */
    void select(Target target);

    /** Closes the session's handle on a target, and deselects it. */
    void close(Target target);

    /** The lines of this login, oldest first. */
    List<PastLine> history();

    /** What this login has recorded, in whichever session. */
    Recordings recordings();

    /** The breakpoints of this session, and who stands at them. */
    Debugger debugger();

    /** The profiles that this login keeps. */
    default ProfileStore profiles() {
        throw new UnsupportedOperationException();
    }

    /** The highest grant this login has (on the targets it may reach). */
    Grant grant();

    /** What probes may cost here. */
    default ProbeLimits limits() {
        return ProbeLimits.STANDARD;
    }

    /** Where the client has reached the server; empty when there is none between. */
    default Optional<Reached> reached() {
        return Optional.empty();
    }

    /** What the one who sent the line has to say besides. */
    default Input input() {
        return Input.NONE;
    }

    /**
     * The standard output of the line for bytes that are no rows; empty where a person's terminal would get them, where nothing
     * but rows is read, and where another target of the line has it.
     */
    default Optional<OutputStream> bytes() {
        return Optional.empty();
    }

    /** The playbooks that this login may run, those that come with Sonde apart. */
    default PlaybookFolder playbooks() {
        return PlaybookFolder.NONE;
    }

    /** The baselines that this login keeps. */
    default Baselines baselines() {
        return Baselines.NONE;
    }

    /** The guards of this login. */
    default Guards guards() {
        return Guards.NONE;
    }

    /** Runs lines on behalf of this one; to be closed by whoever asked for it. */
    default Lines lines() {
        throw new UnsupportedOperationException("no line runs others here");
    }

    /** Runs lines as if they were typed in this session; to be closed by whoever asked for it. */
    default Lines linesHere() {
        throw new UnsupportedOperationException("no line runs others here");
    }

    /** Ends the session after this line. */
    void leave();

    /** A line that was typed earlier. */
    record PastLine(Instant time, String line) {}
}
