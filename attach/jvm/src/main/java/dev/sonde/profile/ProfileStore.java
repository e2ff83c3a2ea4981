package dev.sonde.profile;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The profiles of one login, in a folder of the bastion: {@code 7.pb.gz} is number 7, complete or not there at all, and can be
 * given to {@code go tool pprof} as it is; {@code 7.jfr} is the recording that it was read from, where that is small. Bounded by count and bytes, the oldest out first; those that a continuous profile
 * keeps ({@code 8.ring.pb.gz}) go before those that somebody asked for. Thread-safe within one server.
 */
public final class ProfileStore {

    private static final int MOST = 3_000;
    private static final long MOST_BYTES = 512L << 20;
    private static final long MOST_OF_RECORDING = 32L << 20;
    private static final String RECORDING = ".jfr";
    private static final Pattern FILE = Pattern.compile("([1-9][0-9]{0,17})(\\.ring)?\\.pb\\.gz");
    private static final FileAttribute<Set<PosixFilePermission>> OURS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final int most;
    private final long mostBytes;
    /** What the files say, read once. */
    private final Map<Long, PprofFile.Summary> summaries = new HashMap<>();

    private long last;

    /**
     * A profile that is kept.
     *
     * @param bytes with its recording, if that is kept
     * @param ring whether a continuous profile keeps it, and lets it go
     */
    public record Kept(long number, Path file, long bytes, boolean ring) {}

    /** A store in a folder, which is made when the first profile comes. */
    public ProfileStore(Path folder) {
        this(folder, MOST, MOST_BYTES);
    }

    ProfileStore(Path folder, int most, long mostBytes) {
        this.folder = folder;
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /** A file that is not there yet, for the recording of a profile that {@link #add} is to keep. */
    public synchronized Path recordingToCome() throws IOException {
        make();
        return folder.resolve("." + UUID.randomUUID() + ".new");
    }

    private void make() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * Keeps a profile with the recording that it was read from.
     *
     * @param recording from {@link #recordingToCome}, gone afterwards; kept only if it is not too large
     */
    public synchronized long add(Profile profile, Path recording) throws IOException {
        try {
            long number = add(profile, false);
            // A timeline is nothing without.
            boolean timeline = profile.description().kind().equals(Kind.TIMELINE.word());
            if (Files.exists(recording) && (timeline || Files.size(recording) <= MOST_OF_RECORDING)) {
                Files.move(recording, folder.resolve(number + RECORDING));
                makeRoom(number);
            }
            return number;
        } finally {
            Files.deleteIfExists(recording);
        }
    }

    /** The recording that a profile was read from, where it is kept. */
    public Optional<Path> recording(Kept kept) {
        return Optional.of(folder.resolve(kept.number + RECORDING)).filter(Files::isRegularFile);
    }

    /** Keeps a profile; gives its number. */
    public synchronized long add(Profile profile, boolean ring) throws IOException {
        byte[] bytes = PprofFile.write(profile);
        make();
        List<Kept> there = all();
        long number = Math.max(last, there.isEmpty() ? 0 : there.get(there.size() - 1).number) + 1;
        last = number;
        Path unfinished = Files.createTempFile(folder, ".", ".new", OURS);
        try {
            Files.write(unfinished, bytes, StandardOpenOption.TRUNCATE_EXISTING);
            Files.createLink(folder.resolve(number + (ring ? ".ring" : "") + ".pb.gz"), unfinished);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(number + ".pb.gz is there already", e);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        makeRoom(number);
        return number;
    }

    private void makeRoom(long spared) throws IOException {
        List<Kept> there = all();
        int count = there.size();
        long bytes = there.stream().mapToLong(Kept::bytes).sum();
        List<Kept> order = new ArrayList<>(there.stream().filter(Kept::ring).toList());
        there.stream().filter(kept -> !kept.ring).forEach(order::add);
        for (Kept kept : order) {
            if (count <= most && bytes <= mostBytes) {
                return;
            }
            if (kept.number != spared) {
                remove(kept.number);
                count--;
                bytes -= kept.bytes;
            }
        }
    }

    /** The oldest first. */
    public synchronized List<Kept> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Map<Long, Kept> kept = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher name = FILE.matcher(file.getFileName().toString());
                if (name.matches() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    long number = Long.parseLong(name.group(1));
                    Path recording = folder.resolve(number + RECORDING);
                    long bytes = Files.size(file) + (Files.isRegularFile(recording) ? Files.size(recording) : 0);
                    kept.put(number, new Kept(number, file, bytes, name.group(2) != null));
                }
            }
        }
        return List.copyOf(kept.values());
    }

    public synchronized Optional<Kept> find(long number) throws IOException {
        return all().stream().filter(kept -> kept.number == number).findFirst();
    }

    /** The number of the newest. */
    public synchronized OptionalLong newest() throws IOException {
        List<Kept> there = all();
        return there.isEmpty() ? OptionalLong.empty() : OptionalLong.of(there.get(there.size() - 1).number);
    }

    /** What it is, without its samples. */
    public synchronized PprofFile.Summary summary(Kept kept) throws IOException {
        PprofFile.Summary known = summaries.get(kept.number);
        if (known == null) {
            known = PprofFile.summary(bytes(kept));
            summaries.put(kept.number, known);
        }
        return known;
    }

    /** The file as it is: gzipped {@code profile.proto}. */
    public byte[] bytes(Kept kept) throws IOException {
        return Files.readAllBytes(kept.file);
    }

    public Profile load(Kept kept) throws IOException {
        return PprofFile.read(bytes(kept));
    }

    /** Whether it was there. */
    public synchronized boolean remove(long number) throws IOException {
        Optional<Kept> kept = find(number);
        last = Math.max(last, number); // its number is not given again
        summaries.remove(number);
        Files.deleteIfExists(folder.resolve(number + RECORDING));
        return kept.isPresent() && Files.deleteIfExists(kept.get().file);
    }
}
