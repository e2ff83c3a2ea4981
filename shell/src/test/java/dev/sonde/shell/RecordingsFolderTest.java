package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.commands.ExportFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one place where a login's line writes a file. */
final class RecordingsFolderTest {

    private final Path folder;
    private final RecordingsFolder recordings;

    RecordingsFolderTest(@TempDir Path folder) throws Exception {
        this.folder = folder.resolve("home");
        recordings = new RecordingsFolder(Home.open(this.folder, unused -> {}), "ada");
    }

    @Test
    void a_file_is_there_when_it_is_complete_and_not_before() throws Exception {
        try (ExportFolder.Export export = recordings.begin("calls")) {
            export.line("{}");
            assertThat(visible()).isEmpty();
            assertThat(Path.of(export.finish())).hasContent("{}\n");
        }
        assertThat(all()).containsExactly("calls.jsonl");
        assertThatThrownBy(() -> recordings.begin("calls")).hasMessage("calls.jsonl is there already");
    }

    @Test
    void nothing_is_left_of_one_that_is_not_finished() throws Exception {
        try (ExportFolder.Export export = recordings.begin("calls")) {
            export.line("{}");
        }
        assertThat(all()).isEmpty();
    }

    @Test
    void a_name_is_a_name_and_follows_no_link() throws Exception {
        for (String name : new String[] {"", "..", "a/b", "/etc/passwd", ".hidden", "a b", "a".repeat(200)}) {
            assertThatThrownBy(() -> recordings.begin(name)).as(name).isInstanceOf(IOException.class);
        }
        recordings.begin("made").close();
        Files.createSymbolicLink(folder.resolve("recordings/ada/link.jsonl"), folder.resolve("authorized_keys"));
        assertThatThrownBy(() -> recordings.begin("link")).hasMessage("link.jsonl is there already");
        assertThat(folder.resolve("authorized_keys")).doesNotExist();
    }

    private Stream<String> visible() throws IOException {
        return all().filter(name -> !name.startsWith("."));
    }

    private Stream<String> all() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("recordings/ada"))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList().stream();
        }
    }
}
