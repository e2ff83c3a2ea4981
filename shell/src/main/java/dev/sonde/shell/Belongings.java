package dev.sonde.shell;

import dev.sonde.commands.PlaybookFolder;
import dev.sonde.commands.Recordings;
import dev.sonde.commands.baseline.Baselines;
import dev.sonde.commands.guard.Guards;
import dev.sonde.profile.ProfileStore;
import java.io.IOException;
import java.util.function.Function;

/** What a login has in the bastion, shared by its sessions: it outlives each of them. */
record Belongings(
        LineHistory history,
        Recordings recordings,
        ProfileStore profiles,
        PlaybookFolder playbooks,
        Baselines baselines,
        Function<Login, Guards> guards) {

    /**
     * @param guards its guards, where there is a server to keep them
     * @param login its name, which is safe as a file's: see {@link Login#isName}
     * @throws IOException when the home cannot be read
     */
    static Belongings of(String login, Home home, Settings settings, Function<Login, Guards> guards)
            throws IOException {
        return new Belongings(
                new LineHistory(home.histories().resolve(login), settings.get(Settings.HISTORY_LINES)),
                new Recordings(new RecordingsFolder(home, login)),
                new ProfileStore(home.profiles(login)),
                new LoginPlaybooks(home, login),
                new LoginBaselines(home, login),
                guards);
    }

    /** The same for what acts for the login by itself, and keeps what it writes elsewhere. */
    Belongings exportingTo(Recordings elsewhere) {
        return new Belongings(history, elsewhere, profiles, playbooks, baselines, guards);
    }
}
