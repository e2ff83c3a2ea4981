package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Values;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireWriter;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.io.DataInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is believed of the other side, and what is sent there. */
final class LinkTest {

    @Test
    void frames_are_put_together_from_pieces() {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        byte[] bytes = new WireWriter(16).string("abc").frame(Wire.HELLO, 7);
        for (byte b : bytes) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        Frame frame = channel.readInbound();
        assertThat(frame.type()).isEqualTo(Wire.HELLO);
        assertThat(frame.correlation()).isEqualTo(7);
        assertThat(frame.reader().string()).isEqualTo("abc");
    }

    @Test
    void a_stranger_may_not_send_much() {
        FrameDecoder frames = new FrameDecoder();
        EmbeddedChannel channel = new EmbeddedChannel(frames);
        byte[] bytes = new WireWriter(16).bytes(new byte[5000]).frame(Wire.HELLO, 0);
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(bytes)))
                .isInstanceOf(DecoderException.class)
                .hasCauseInstanceOf(WireException.class);
    }

    @Test
    void frames_too_long_too_short_or_of_another_version_are_refused() {
        for (byte[] bytes : List.of(
                new byte[] {0x7f, 0, 0, 0, 1, 1, 0, 0, 0, 0},
                new byte[] {0, 0, 0, 5, 1, 1, 0, 0, 0, 0},
                new byte[] {-1, -1, -1, -1, 1, 1, 0, 0, 0, 0},
                new byte[] {0, 0, 0, 6, 2, 1, 0, 0, 0, 0})) {
            FrameDecoder frames = new FrameDecoder();
            frames.trust();
            EmbeddedChannel channel = new EmbeddedChannel(frames);
            assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(bytes)))
                    .hasCauseInstanceOf(WireException.class);
        }
    }

    @Test
    void a_hit_is_read_with_everything_that_can_be_in_it() {
        WireWriter out = new WireWriter(256);
        out.i4(1).i4(2).u1(ProbePlan.ON_RETURN).i8(3).i8(4).i8(5).string("main").i8(6);
        out.u1(Values.DEFAULT_SHAPE);
        out.u1(Values.OBJECT)
                .string("A")
                .i4(2)
                .i4(1)
                .string("x")
                .u1(Values.LONG)
                .i8(9);
        out.i4(4);
        out.u1(Values.LIST).string("int[]").i4(10).i4(1).u1(Values.LONG).i8(1);
        out.u1(Values.MAP)
                .string("M")
                .i4(1)
                .i4(1)
                .u1(Values.NULL)
                .u1(Values.BOOL)
                .bool(true);
        out.u1(Values.ENUM).string("E").string("ONE");
        out.u1(Values.CUT).string("C").string("depth");
        out.u1(Values.THROWABLE)
                .string("T")
                .u1(Values.STRING)
                .i4(3)
                .string("why")
                .strings(List.of("f"))
                .u1(Values.NULL);
        HitReader.Raw hit = HitReader.read(out.toByteArray());
        assertThat(hit.self().orElseThrow()).isInstanceOf(Value.Fields.class);
        assertThat(hit.args()).hasSize(4);
        assertThat(hit.outcome().orElseThrow()).isInstanceOf(Value.Thrown.class);
        assertThat(hit.lost()).isEqualTo(6);
        assertThat(HitReader.probe(out.toByteArray())).isEqualTo(1);
    }

    @Test
    void no_bytes_whatever_do_harm_as_a_hit() {
        Random random = new Random(42);
        WireWriter out = new WireWriter(64);
        out.i4(1)
                .i4(2)
                .u1(ProbePlan.ON_RETURN)
                .i8(3)
                .i8(4)
                .i8(5)
                .string("main")
                .i8(6)
                .u1(Values.EXPRESSION_SHAPE);
        int header = out.size();
        for (int round = 0; round < 20_000; round++) {
            out.truncate(header);
            for (int i = 0; i < 40; i++) {
                out.u1(random.nextInt(8) == 0 ? random.nextInt(256) : random.nextInt(3) == 0 ? random.nextInt(14) : 0);
            }
            try {
                HitReader.read(out.toByteArray());
            } catch (WireException e) {
                // as it should
            }
        }
        WireWriter deep = new WireWriter(1 << 20);
        deep.raw(out.buffer(), 0, header).i4(1);
        for (int i = 0; i < 10_000; i++) {
            deep.u1(Values.LIST).string("").i4(1).i4(1);
        }
        byte[] nested = deep.toByteArray();
        assertThatThrownBy(() -> HitReader.read(nested)).isInstanceOf(WireException.class);
    }

    @Test
    void the_agents_jar_is_small_private_and_the_same_each_time(@TempDir Path folder) throws Exception {
        AgentJar jar = AgentJar.pack();
        assertThat(jar.size()).isLessThan(128 << 10);
        Path file = jar.in(folder, "rw-------");
        assertThat(AgentJar.pack().in(folder, "rw-------")).isEqualTo(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        TreeSet<String> packages = new TreeSet<>();
        List<String> words = new ArrayList<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .containsExactly("META-INF/MANIFEST.MF", "dev/sonde/agent/Bootstrap.class", "classes", "later");
            for (String part : List.of("classes", "later")) {
                try (DataInputStream in =
                        new DataInputStream(new InflaterInputStream(zip.getInputStream(zip.getEntry(part))))) {
                    int count = in.readInt();
                    in.readInt();
                    int left = in.readInt();
                    for (; count > 0; count--) {
                        byte[] word = new byte[in.readUnsignedShort()];
                        in.readFully(word);
                        words.add(new String(word, StandardCharsets.UTF_8));
                    }
                    for (; left > 0; left--) {
                        packages.add(words.get(in.readUnsignedShort()).replaceAll("[^/]*$", ""));
                        in.skipNBytes(in.readInt());
                    }
                }
            }
        }
        assertThat(packages).contains("dev/sonde/agent/", "dev/sonde/wire/").doesNotContain("dev/sonde/jvm/");
        Files.writeString(file, "someone else's");
        assertThat(Files.size(jar.in(folder, "rw-------"))).isEqualTo(jar.size());
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
