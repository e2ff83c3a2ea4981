package dev.sonde.jvm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The directories and archives of sources that the bastion's configuration names. A login may choose among them and below
 * them, and read nothing else of the bastion's disk: not by {@code ..} and not by a link.
 */
public final class SourcePlaces {

    private static final int MOST_BYTES = 8 << 20;

    private final List<Path> allowed;

    /** @param allowed directories, jars or zips; what does not exist is left out when it is looked for */
    public SourcePlaces(List<Path> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** A source file, and where it was found. */
    record Found(String text, String from) {}

    /**
     * Looks for a source file.
     *
     * @param chosen one of the places, or something below one; empty for all of them
     * @param name such as {@code shop/Order.java}
     * @throws TargetError when the chosen place is none that is allowed
     */
    Optional<Found> find(Optional<String> chosen, String name) throws TargetError {
        List<Path> places = chosen.isEmpty() ? real() : List.of(allowed(chosen.get()));
        for (Path place : places) {
            Optional<Found> found = Files.isDirectory(place) ? inDirectory(place, name) : inArchive(place, name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private List<Path> real() {
        List<Path> real = new ArrayList<>();
        for (Path each : allowed) {
            try {
                real.add(each.toRealPath());
            } catch (IOException e) {
                // it may be made later
            }
        }
        return real;
    }

    private Path allowed(String chosen) throws TargetError {
        List<Path> real = real();
        try {
            Path wanted = Path.of(chosen);
            for (Path place : real) {
                // A relative one is meant below a place.
                Path candidate = wanted.isAbsolute() ? wanted : place.resolve(wanted);
                if (Files.exists(candidate) && candidate.toRealPath().startsWith(place)) {
                    return candidate.toRealPath();
                }
            }
        } catch (IOException | InvalidPathException e) {
            // said below, in the same words for what is not allowed and what is not there
        }
        throw new TargetError("'" + chosen + "' is none of the places for sources"
                + (allowed.isEmpty()
                        ? ": the server's setting source-path names none"
                        : " that the server's setting source-path names: "
                                + allowed.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }

    private static Optional<Found> inDirectory(Path place, String name) {
        try {
            Path file = place.resolve(name).toRealPath();
            return file.startsWith(place) && Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES
                    ? Optional.of(new Found(text(Files.readAllBytes(file)), file.toString()))
                    : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** In a sources jar, or a zip such as the JDK's {@code src.zip}, which has a folder for each module. */
    static Optional<Found> inArchive(Path archive, String name) {
        if (!Files.isRegularFile(archive)) {
            return Optional.empty();
        }
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements() && entry == null; ) {
                    ZipEntry each = all.nextElement();
                    int slash = each.getName().indexOf('/');
                    entry = slash > 0 && each.getName().substring(slash + 1).equals(name) ? each : null;
                }
            }
            if (entry == null || entry.isDirectory()) {
                return Optional.empty();
            }
            try (InputStream in = zip.getInputStream(entry)) {
                byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                return bytes.length > MOST_BYTES
                        ? Optional.empty()
                        : Optional.of(new Found(text(bytes), archive + "!/" + entry.getName()));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
