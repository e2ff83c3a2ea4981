package dev.sonde.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds of every profile, tried on many. */
final class ProfileTest {

    private static final int MANY = 300;

    @Test
    void a_file_gives_back_what_was_written() throws IOException {
        for (int seed = 0; seed < MANY; seed++) {
            Profile profile = RandomProfile.of(seed);
            byte[] file = PprofFile.write(profile);
            Profile read = PprofFile.read(file);
            assertThat(read.description()).isEqualTo(profile.description());
            assertThat(content(read)).isEqualTo(content(profile));
            PprofFile.Summary summary = PprofFile.summary(file);
            assertThat(summary.description()).isEqualTo(profile.description());
            for (int type = 0; type < profile.types().size(); type++) {
                assertThat(summary.totals().get(type)).isEqualTo(profile.total(type));
            }
        }
    }

    @Test
    void a_file_that_is_cut_or_spoilt_gives_a_message() throws IOException {
        byte[] file = PprofFile.write(RandomProfile.of(Kind.CPU, new Random(7)));
        byte[] plain = new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(file)).readAllBytes();
        for (int length = 0; length < file.length; length += 7) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> PprofFile.read(cut)).isInstanceOf(IOException.class);
        }
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] spoilt = plain.clone();
            spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
            try {
                PprofFile.read(spoilt);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void what_focus_takes_ignore_leaves() {
        for (int seed = 0; seed < MANY; seed++) {
            Profile profile = RandomProfile.of(seed);
            Optional<Pattern> pattern =
                    Optional.of(Pattern.compile(new String[] {"C1", "m2", "C.java", "^shop", "x"}[seed % 5]));
            Optional<Pattern> none = Optional.empty();
            Profile taken = new Focus(pattern, none, none, none, none).of(profile);
            Profile left = new Focus(none, pattern, none, none, none).of(profile);
            for (int type = 0; type < profile.types().size(); type++) {
                assertThat(taken.total(type) + left.total(type)).isEqualTo(profile.total(type));
            }
        }
    }

    @Test
    void hiding_frames_loses_nothing_but_stacks_of_which_none_is_left() {
        for (int seed = 0; seed < MANY; seed++) {
            Profile profile = RandomProfile.of(seed);
            Optional<Pattern> pattern = Optional.of(Pattern.compile(seed % 2 == 0 ? "m1" : "C2"));
            Optional<Pattern> none = Optional.empty();
            for (Focus focus :
                    List.of(new Focus(none, none, pattern, none, none), new Focus(none, none, none, pattern, none))) {
                boolean hides = focus.hide().isPresent();
                Profile seen = focus.of(profile);
                Profile kept = profile.keeping(sample ->
                        sample.stack().stream().anyMatch(frame -> Focus.found(pattern.orElseThrow(), frame) != hides));
                for (int type = 0; type < profile.types().size(); type++) {
                    assertThat(seen.total(type)).isEqualTo(kept.total(type));
                }
            }
        }
    }

    @Test
    void every_look_adds_up_to_the_whole() {
        for (int seed = 0; seed < MANY; seed++) {
            Profile profile = RandomProfile.of(seed);
            Profile withStacks = profile.keeping(sample -> !sample.stack().isEmpty());
            for (int type = 0; type < profile.types().size(); type++) {
                for (By by : By.values()) {
                    Top top = Top.of(profile, type, by, seed % 2 == 0);
                    long flat =
                            top.entries().stream().mapToLong(Top.Entry::flat).sum();
                    assertThat(top.total()).isEqualTo(profile.total(type));
                    assertThat(flat).isEqualTo(by == By.THREAD ? profile.total(type) : withStacks.total(type));
                    for (boolean upsideDown : new boolean[] {false, true}) {
                        Flame flame = Flame.of(profile, type, by, upsideDown);
                        assertThat(flame.total()).isEqualTo(profile.total(type));
                        assertThat(selfOf(flame)).isEqualTo(profile.total(type));
                    }
                }
                LineCosts lines = LineCosts.of(profile, type, frame -> true);
                assertThat(lines.flat()).isEqualTo(withStacks.total(type));
                assertThat(lines.cum()).isEqualTo(withStacks.total(type));
                assertThat(lines.lines().values().stream()
                                .mapToLong(LineCosts.Cost::flat)
                                .sum())
                        .isEqualTo(withStacks.total(type));
            }
        }
    }

    @Test
    void nothing_differs_from_itself() {
        for (int seed = 0; seed < MANY; seed++) {
            Profile profile = RandomProfile.of(seed);
            assertThat(Difference.between(profile, profile, seed % 2 == 0)
                            .profile()
                            .samples())
                    .isEmpty();
        }
    }

    @Test
    void a_difference_added_to_the_first_is_the_second() {
        for (int seed = 0; seed < MANY; seed++) {
            Random random = new Random(seed);
            Profile first = RandomProfile.of(Kind.ALLOC, random);
            Profile second = RandomProfile.of(Kind.ALLOC, random);
            Profile difference = Difference.between(first, second, false).profile();
            assertThat(content(Profile.sum(List.of(first, difference)))).isEqualTo(content(second));
        }
    }

    @Test
    void a_normalised_difference_has_no_sum() {
        Random random = new Random(3);
        Profile profile = RandomProfile.of(Kind.CPU, random);
        Profile twice = Profile.sum(List.of(profile, profile));
        Difference difference = Difference.between(profile, twice, true);
        assertThat(difference.profile().samples()).isEmpty();
    }

    @Test
    void a_neighbour_costs_what_passes_between() {
        Profile.Builder builder =
                new Profile.Builder(RandomProfile.of(Kind.CPU, new Random(1)).description());
        Frame a = new Frame("p.A", "a", "A.java", 1, Frame.Code.COMPILED);
        Frame b = new Frame("p.B", "b", "B.java", 2, Frame.Code.COMPILED);
        Frame c = new Frame("p.C", "c", "C.java", 3, Frame.Code.COMPILED);
        builder.add(List.of(c, b, a), Map.of(), 1, 10);
        builder.add(List.of(b, b, a), Map.of(), 1, 5);
        builder.add(List.of(c, a), Map.of(), 1, 3);
        List<Neighbours> found = Neighbours.of(builder.build(), 1, By.METHOD, Pattern.compile("B\\.b"));
        assertThat(found).hasSize(1);
        assertThat(found.get(0).of()).isEqualTo(new Top.Entry("p.B.b", 5, 15));
        assertThat(found.get(0).callers()).containsExactly(new Neighbours.Edge("p.A.a", 15));
        assertThat(found.get(0).callees()).containsExactly(new Neighbours.Edge("p.C.c", 10));
    }

    private static long selfOf(Flame flame) {
        return flame.self()
                + flame.children().stream().mapToLong(ProfileTest::selfOf).sum();
    }

    /** A profile as a map, in which order does not count. */
    private static Map<List<Object>, List<Long>> content(Profile profile) {
        Map<List<Object>, List<Long>> content = new HashMap<>();
        for (Sample sample : profile.samples()) {
            content.put(
                    List.of(sample.stack(), sample.labels()),
                    Arrays.stream(sample.values()).boxed().toList());
        }
        return content;
    }
}
