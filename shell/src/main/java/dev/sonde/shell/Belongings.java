package dev.sonde.shell;

import dev.sonde.commands.PlaybookFolder;
import dev.sonde.commands.Recordings;
import dev.sonde.profile.ProfileStore;
import java.io.IOException;

/** What a login has in the bastion, shared by its sessions: it outlives each of them. */
record Belongings(LineHistory history, Recordings recordings, ProfileStore profiles, PlaybookFolder playbooks) {

    /**
     * @param login its name, which is safe as a file's: see {@link Login#isName}
     * @throws IOException when the home cannot be read
     */
    static Belongings of(String login, Home home, Settings settings) throws IOException {
        return new Belongings(
                new LineHistory(home.histories().resolve(login), settings.get(Settings.HISTORY_LINES)),
                new Recordings(new RecordingsFolder(home, login)),
                new ProfileStore(home.profiles(login)),
                new LoginPlaybooks(home, login));
    }
}
