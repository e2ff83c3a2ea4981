package dev.sonde.commands;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The playbooks that are kept on the bastion: a login's own, and those that all its logins may run. */
public interface PlaybookFolder {

    /** A folder that holds none. */
    PlaybookFolder NONE = new PlaybookFolder() {
        @Override
        public List<Kept> all() {
            return List.of();
        }

        @Override
        public Optional<Kept> find(String name) {
            return Optional.empty();
        }

        @Override
        public String save(String name, String text, boolean replace) throws IOException {
            throw new IOException("there is no folder for playbooks here");
        }
    };

    /**
     * One of them.
     *
     * @param file what a message calls it
     */
    record Kept(String name, String file, String text) {}

    /** The login's own first; of two with one name only that. */
    List<Kept> all();

    Optional<Kept> find(String name);

    /**
     * Adds one to the login's own.
     *
     * @param replace whether it takes the place of one that has its name
     * @return where it is, for a person
     * @throws IOException when the name is none, is taken, or there is no room; says so
     */
    String save(String name, String text, boolean replace) throws IOException;
}
