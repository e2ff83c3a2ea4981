package dev.sonde.shell.web;

import dev.sonde.jvm.JvmProcess;
import dev.sonde.profile.ProfileStore;
import java.util.List;
import java.util.Optional;

/** Who looks at the pages, and what they may: made by the shell, so that login, grant and audit are a session's own. */
public interface Visit {

    /** The login's name. */
    String login();

    /** The JVMs that it may see, by pid. */
    List<JvmProcess> visible();

    /**
     * The pid of the JVM that the login has selected: in a session of the same connection, else in its other sessions, if
     * they agree, else the only one that it may see.
     */
    Optional<Long> selected();

    /** The profiles that it keeps. */
    ProfileStore profiles();

    /**
     * Runs a line as if it had been typed: it is in the audit, and refused where the login's grant or targets do not allow it.
     *
     * @return when it has ended
     */
    Said run(String line);

    /**
     * What a line gave.
     *
     * @param exit its exit code
     * @param out its standard output
     * @param error its standard error, which is where its reasons stand
     */
    record Said(int exit, String out, String error) {}
}
