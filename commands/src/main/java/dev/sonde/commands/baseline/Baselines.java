package dev.sonde.commands.baseline;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The baselines of a login: files of the server, by name and JVM, some versions of each. */
public interface Baselines {

    /** Where there is no home to keep them in. */
    Baselines NONE = new Baselines() {
        @Override
        public Baseline save(Baseline baseline) throws IOException {
            throw new IOException("there is no folder for baselines here");
        }

        @Override
        public List<Baseline> all() {
            return List.of();
        }

        @Override
        public int remove(String name, Optional<String> jvm) {
            return 0;
        }
    };

    /**
     * Keeps one as the next version of its name and JVM; too old ones go.
     *
     * @return it, with its version
     * @throws IOException when the name is none, or there is no room; says so
     */
    Baseline save(Baseline baseline) throws IOException;

    /** By name, JVM and version. */
    List<Baseline> all() throws IOException;

    /** The last version, or that one. */
    default Optional<Baseline> find(String name, String jvm, Optional<Integer> version) throws IOException {
        return all().stream()
                .filter(each -> each.name().equals(name) && each.jvm().equals(jvm))
                .filter(each -> version.isEmpty() || version.get() == each.version())
                .reduce((before, after) -> after);
    }

    /** Lets go of all versions of a name, of one JVM or of all; says how many they were. */
    int remove(String name, Optional<String> jvm) throws IOException;
}
