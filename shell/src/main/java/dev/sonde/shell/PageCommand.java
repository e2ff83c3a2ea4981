package dev.sonde.shell;

import dev.sonde.commands.guard.Fired;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program that the owner has set, run for what a guard found: its words are the owner's and nobody's else, no shell comes
 * between, and what was found, the words of a target among it, is JSON on the standard input. It has a bare environment, its
 * output goes nowhere, and it is ended with all that it started when its time is over.
 */
final class PageCommand implements Teller.Way {

    private final List<String> words;
    private final Duration patience;
    private final Path folder;

    /** @param folder for what it reads, while it runs */
    PageCommand(List<String> words, Duration patience, Path folder) {
        this.words = List.copyOf(words);
        this.patience = patience;
        this.folder = folder;
    }

    @Override
    public void tell(Fired fired) throws IOException, InterruptedException {
        // A file and no pipe: one who does not read must not hold us.
        Path input = Files.createTempFile(folder, ".", ".json", Home.ours());
        try {
            Files.writeString(input, fired.json() + "\n");
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(new File("/"))
                    .redirectInput(input.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ"));
            Process process = builder.start();
            try {
                if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new IOException("it did not end in " + patience.toMillis() + " ms, and was ended");
                }
                if (process.exitValue() != 0) {
                    throw new IOException("it ended with " + process.exitValue());
                }
            } finally {
                if (process.isAlive()) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            }
        } finally {
            Files.deleteIfExists(input);
        }
    }
}
