package dev.sonde.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPOutputStream;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of profiles: what others wrote is read, what we write is what it should be. */
final class ProfileFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("some.file"), bytes);
    }

    private static byte[] written(Profile profile, Format format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(profile, profile.description().standardType(), out);
        return out.toByteArray();
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void reads_a_profile_of_pprof() throws Exception {
        Profile profile = RandomProfile.of(Kind.CPU, new Random(3));
        Profile read = ProfileFile.read(file(PprofFile.write(profile)), "mine", Optional.empty());
        assertThat(read.total(1)).isEqualTo(profile.total(1));
        assertThat(read.description().name()).isEqualTo("mine");
    }

    @Test
    void reads_collapsed_stacks_zipped_or_not() throws Exception {
        byte[] stacks =
                "main;shop/Order.place_[j];shop.Order.price_[i] 3\nvfs_read_[k] 2\nmain;shop/Order.place_[j] 1\n"
                        .getBytes(StandardCharsets.UTF_8);
        for (byte[] bytes : List.of(stacks, zipped(stacks))) {
            Profile read = ProfileFile.read(file(bytes), "", Optional.empty());
            assertThat(read.total(0)).isEqualTo(6);
            assertThat(read.samples().get(0).stack())
                    .containsExactly(
                            new Frame("shop.Order", "price", "Order.java", 0, Frame.Code.INLINED),
                            new Frame("shop.Order", "place", "Order.java", 0, Frame.Code.COMPILED),
                            new Frame("", "main", "", 0, Frame.Code.NATIVE));
            assertThat(read.samples().get(1).stack().get(0).code()).isEqualTo(Frame.Code.KERNEL);
        }
    }

    @Test
    void collapsed_stacks_come_back_as_they_were() throws Exception {
        Profile profile = RandomProfile.of(Kind.CPU, new Random(8))
                .keeping(sample -> !sample.stack().isEmpty());
        Profile read = ProfileFile.read(file(written(profile, Format.COLLAPSED)), "", Optional.empty());
        assertThat(read.total(0)).isEqualTo(profile.total(1));
        assertThat(Top.of(read, 0, By.METHOD, true).entries())
                .containsExactlyInAnyOrderElementsOf(
                        Top.of(profile, 1, By.METHOD, true).entries());
    }

    /** A recording of this very JVM, of several kinds. */
    private Path recording() throws Exception {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ExecutionSample").with("period", "1 ms");
            recording.enable("jdk.NativeMethodSample").with("period", "1 ms");
            recording.enable("jdk.ObjectAllocationInNewTLAB");
            recording.enable("jdk.ObjectAllocationOutsideTLAB");
            recording.enable("jdk.JavaMonitorEnter").with("threshold", "0 ns");
            recording.enable("jdk.ThreadPark").with("threshold", "0 ns");
            recording.enable("jdk.ActiveSetting");
            recording.enable("jdk.CPULoad").with("period", "3 s");
            recording.start();
            Semaphore held = new Semaphore(0);
            Thread waiter = new Thread(held::acquireUninterruptibly, "waiter");
            waiter.start();
            while (!held.hasQueuedThreads()) {
                Thread.onSpinWait();
            }
            held.release();
            waiter.join();
            long until = System.nanoTime() + 300_000_000;
            byte[][] garbage = new byte[1_000][];
            for (int i = 0; System.nanoTime() < until; i++) {
                garbage[i % garbage.length] = new byte[10_000];
            }
            recording.stop();
            recording.dump(file);
        }
        return file;
    }

    @Test
    void reads_each_kind_of_a_recording() throws Exception {
        Path recording = recording();
        Profile alloc = ProfileFile.read(recording, "theirs", Optional.of(Kind.ALLOC));
        assertThat(alloc.description().notes().get(0)).contains("alloc", "lock", "--kind chooses");
        assertThat(alloc.total(1)).isGreaterThan(1_000_000);
        assertThat(alloc.samples())
                .anyMatch(sample -> "byte[]".equals(sample.labels().get(Sample.OBJECT)));
        Profile lock = ProfileFile.read(recording, "", Optional.of(Kind.LOCK));
        assertThat(lock.samples())
                .anyMatch(sample -> "waiter".equals(sample.labels().get(Sample.THREAD)));
        assertThatThrownBy(() -> ProfileFile.read(recording, "", Optional.of(Kind.LIVE)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the recording has no samples of live; it has");
    }

    @Test
    void a_recording_is_the_sum_of_its_chunks_and_one_that_is_cut_off_of_those_that_are_whole() throws Exception {
        Path recording = recording();
        byte[] one = Files.readAllBytes(recording);
        long bytes = ProfileFile.read(recording, "", Optional.of(Kind.ALLOC)).total(1);
        Path three = file(new byte[0]);
        for (int i = 0; i < 3; i++) {
            Files.write(three, one, StandardOpenOption.APPEND);
        }
        assertThat(ProfileFile.read(three, "", Optional.of(Kind.ALLOC)).total(1))
                .isEqualTo(3 * bytes);
        Files.write(three, Arrays.copyOf(one, one.length / 2), StandardOpenOption.APPEND);
        Profile cut = ProfileFile.read(three, "", Optional.of(Kind.ALLOC));
        assertThat(cut.total(1)).isEqualTo(3 * bytes);
        assertThat(cut.description().notes()).contains("the recording is cut off; what stands before that is told");
        assertThatThrownBy(
                        () -> ProfileFile.read(file(Arrays.copyOf(one, one.length / 2)), "", Optional.of(Kind.ALLOC)))
                .hasMessageContaining("not even its first chunk is whole");
        assertThatThrownBy(() -> ProfileFile.read(file(leadingInACircle(one)), "", Optional.of(Kind.ALLOC)))
                .hasMessageContaining("goes in a circle");
    }

    /** With what its events refer to said to go on further behind, where a reader comes back from. */
    private static byte[] leadingInACircle(byte[] recording) {
        byte[] hostile = recording.clone();
        ByteBuffer bytes =
                ByteBuffer.wrap(hostile).position((int) ByteBuffer.wrap(hostile).getLong(16));
        for (int numbers = 4; numbers > 0; numbers -= bytes.get() >= 0 ? 1 : 0) {
            // size, type, start and duration, each of which ends with a byte that is not negative
        }
        return bytes.put((byte) 1).array();
    }

    @Test
    void the_interval_of_a_recording_is_that_of_its_samples_and_of_no_other_event() throws Exception {
        try (FileChannel file = FileChannel.open(recording(), StandardOpenOption.READ)) {
            RecordingContent content = RecordingContent.of(new Chunks(file));
            assertThat(content.setting(Kind.CPU, "period")).contains("1 ms");
            assertThat(content.settings()).containsEntry(new Chunk.Setting("jdk.CPULoad", "period"), "3 s");
        }
    }

    @Test
    void says_what_is_wrong_with_a_file_and_never_fails_otherwise() throws Exception {
        assertThatThrownBy(() -> ProfileFile.read(file(new byte[0]), "", Optional.empty()))
                .hasMessage("it is empty");
        assertThatThrownBy(() -> ProfileFile.read(
                        file("main;place 3\nnonsense\n".getBytes(StandardCharsets.UTF_8)), "", Optional.empty()))
                .hasMessage("line 2 is not a stack and a count, as in main;place;search 42");
        assertThatThrownBy(() ->
                        ProfileFile.read(file("hello, world".getBytes(StandardCharsets.UTF_8)), "", Optional.empty()))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ProfileFile.read(
                        file(PprofFile.write(RandomProfile.of(Kind.CPU, new Random(1)))), "", Optional.of(Kind.CPU)))
                .hasMessageContaining("it is no recording");
        // Cut off and changed in every way: a message, or what is left of it.
        for (byte[] whole : List.of(
                Files.readAllBytes(recording()), PprofFile.write(RandomProfile.of(Kind.ALLOC, new Random(2))))) {
            Random random = new Random(4);
            for (int i = 0; i < 60; i++) {
                byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
                for (int j = random.nextInt(3); j > 0; j--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                readOrRefuse(file(damaged));
            }
        }
    }

    @Test
    void what_is_small_only_while_it_is_packed_is_refused() throws Exception {
        for (String line : List.of("main;place 3\n", "\n")) {
            byte[] packed = zipped(("main;place 1\n" + line.repeat(1 << 20)).getBytes(StandardCharsets.UTF_8));
            assertThat(packed.length).isLessThan(64 << 10);
            assertThatThrownBy(() -> ProfileFile.read(file(packed), "", Optional.empty(), 1 << 20))
                    .hasMessage("unpacked it is larger than 1 MiB");
        }
    }

    private static void readOrRefuse(Path file) {
        try {
            assertThat(ProfileFile.read(file, "", Optional.empty()).samples()).isNotNull();
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTML", "SPEEDSCOPE", "JSON"})
    void writes_each_format_with_every_method_in_it(Format format) throws Exception {
        Profile profile = RandomProfile.of(Kind.CPU, new Random(6));
        String text = new String(written(profile, format), StandardCharsets.UTF_8);
        if (format == Format.HTML) {
            assertThat(text).startsWith("<!DOCTYPE html>").contains("</html>");
        } else {
            Map<String, Integer> seen = fields(text);
            assertThat(seen).containsKey(format == Format.SPEEDSCOPE ? "$schema" : "types");
        }
        assertThat(text).contains("JavaThread::run");
    }

    private static Map<String, Integer> fields(String text) throws IOException {
        Map<String, Integer> seen = new java.util.HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(text)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    seen.merge(json.currentName(), 1, Integer::sum);
                }
            }
        }
        return seen;
    }

    @Test
    void no_name_of_a_target_ends_the_script_of_the_page() throws Exception {
        String page = page("<script>alert(1)</script>", "</script><script>alert('2')\n//");
        assertThat(page).doesNotContain("<script>alert");
        assertThat(page.split("</script>", -1))
                .hasSameSizeAs(page("orders", "main").split("</script>", -1));
    }

    private static String page(String target, String frame) throws IOException {
        Profile.Builder builder = new Profile.Builder(
                Description.of(Kind.CPU, java.time.Instant.EPOCH, java.time.Duration.ofSeconds(1), "a", 1)
                        .of("1", target));
        builder.add(List.of(new Frame("", frame, "", 0, Frame.Code.NATIVE)), Map.of(), 1, 1);
        return new String(written(builder.build(), Format.HTML), StandardCharsets.UTF_8);
    }
}
