package dev.sonde.shell.web;

import dev.sonde.profile.ProfileStore.Kept;
import dev.sonde.timeline.PerfettoFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A timeline that is kept, with its recording. As a file it is made in memory, so that only what is not too large is given here;
 * {@code export} has no such bound.
 */
record Recorded(Kept kept, Path file) {

    private static final int MOST_BYTES = 64 << 20;

    /** @throws Unanswered when there is no recording of it */
    Recorded(Kept kept, Visit visit) throws Unanswered {
        this(
                kept,
                visit.profiles()
                        .recording(kept)
                        .orElseThrow(() -> new Unanswered(
                                Response.NOT_FOUND, "of profile " + kept.number() + " no recording is kept")));
    }

    static Recorded find(String number, Visit visit) throws Unanswered, IOException {
        return new Recorded(PageData.kept(number, visit), visit);
    }

    long number() {
        return kept.number();
    }

    byte[] bytes() throws IOException, Unanswered {
        if (Files.size(file) > MOST_BYTES) {
            throw tooLarge("jfr");
        }
        return Files.readAllBytes(file);
    }

    /** For Perfetto, under a name that a browser proposes. */
    Response perfetto(Visit visit) throws IOException, Unanswered {
        Bounded out = new Bounded();
        try {
            PerfettoFile.write(file, visit.profiles().summary(kept).description(), out);
        } catch (Bounded.Full e) {
            throw tooLarge("perfetto");
        }
        return Response.file("application/json", "timeline-" + number() + ".json", out.toByteArray());
    }

    private Unanswered tooLarge(String format) {
        return new Unanswered(
                Response.REFUSED,
                "it is larger than " + (MOST_BYTES >> 20) + " MiB; ssh bastion export " + number() + " --format "
                        + format + " > file gives it");
    }

    /** Memory that refuses more than it may take. */
    private static final class Bounded extends ByteArrayOutputStream {

        /** It is full. */
        private static final class Full extends RuntimeException {}

        @Override
        public synchronized void write(int b) {
            room(1);
            super.write(b);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            room(length);
            super.write(bytes, offset, length);
        }

        private void room(int more) {
            if (count + (long) more > MOST_BYTES) {
                throw new Full();
            }
        }
    }
}
