package dev.sonde.commands.play;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Line;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.play.CheckedPlaybook.Step;
import dev.sonde.commands.play.RunResult.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How the steps of a run follow each other, with lines that answer what a test wants. */
final class TargetRunTest {

    /** A row as {@code jvm} has one, as far as these playbooks look. */
    private record Counted(long pid, long threads) implements Row {
        @Override
        public String type() {
            return "jvmReport";
        }
    }

    /** Notes what is typed, and answers with a row that counts. */
    private static final class Typed implements Lines {
        final List<String> typed = new ArrayList<>();
        final List<Duration> allowed = new ArrayList<>();
        String gone = "";
        CountDownLatch atOnce = new CountDownLatch(0);

        @Override
        public Ended run(String line, Output output, Duration atMost) {
            atOnce.countDown();
            try {
                if (!atOnce.await(30, TimeUnit.SECONDS)) {
                    return new Ended(Exit.FAILED, Optional.of("it ran alone"));
                }
            } catch (InterruptedException e) {
                return new Ended(Exit.INTERRUPTED, Optional.empty());
            }
            return answer(line, output, atMost);
        }

        private synchronized Ended answer(String line, Output output, Duration atMost) {
            typed.add(line);
            allowed.add(atMost);
            if (!gone.isEmpty() && line.contains(gone)) {
                return new Ended(Exit.GONE, Optional.of("the target is gone"));
            }
            if (line.contains("no-such")) {
                return new Ended(Exit.FAILED, Optional.of("no class is called so"));
            }
            output.row(new Counted(42, typed.size()));
            return new Ended(Exit.DONE, Optional.empty());
        }

        @Override
        public void close() {}
    }

    /** Notes how long a run would wait, and does not. */
    private static final class Pauses implements Cancel {
        final List<Duration> waits = new ArrayList<>();
        boolean pulled;

        @Override
        public boolean cancelled() {
            return pulled;
        }

        @Override
        public boolean await(Duration time) {
            waits.add(time);
            return pulled;
        }

        @Override
        public void onCancel(Runnable action) {
            throw new UnsupportedOperationException("a run asks");
        }
    }

    private final Typed lines = new Typed();
    private final List<String> ended = new ArrayList<>();
    private final Pauses cancel = new Pauses();
    private boolean yes = true;

    private RunResult run(String steps, String... given) throws Exception {
        String text = "name: x\ninputs: {n: {type: count, default: 3}, what: {default: a}}\nsteps:\n" + steps;
        TargetRun.Progress progress = new TargetRun.Progress() {
            @Override
            public void begins(Optional<Subject> target, Step step, String line) {}

            @Override
            public void ended(Optional<Subject> target, StepResult result) {
                synchronized (ended) {
                    ended.add(result.step().name() + " " + result.outcome());
                }
            }

            @Override
            public boolean confirms(Optional<Subject> target, String question) {
                return yes;
            }
        };
        return new TargetRun(
                        PlaybookCheckTest.check(text, given),
                        Optional.of(new Subject("42", "orders")),
                        lines,
                        cancel,
                        progress,
                        work -> new Thread(work).start())
                .run();
    }

    @Test
    void puts_the_target_in_front_of_a_line_that_wants_one() throws Exception {
        assertThat(run("- line: jvm\n- line: ps\n- line: '@other jvm'\n").outcome())
                .isEqualTo(Outcome.HELD);
        assertThat(lines.typed).containsExactly("@42 jvm", "ps", "@other jvm");
    }

    @Test
    void a_value_is_one_word_whatever_is_in_it() throws Exception {
        RunResult run = run("- line: threads ${what}\n", "what=a b' \"c --depth 3");
        assertThat(run.outcome()).as(run.toString()).isEqualTo(Outcome.HELD);
        assertThat(Line.parse(lines.typed.get(0)).words()).containsExactly("threads", "a b' \"c --depth 3");
    }

    @Test
    void a_value_is_no_option() throws Exception {
        RunResult run = run("- {name: one, line: jvm, let: {option: '\"--group\"'}}\n- line: threads ${option}\n");
        assertThat(run.outcome()).isEqualTo(Outcome.WRONG);
        assertThat(lines.typed).hasSize(1);
    }

    @Test
    void repeats_until_and_sees_the_rows_of_all_rounds() throws Exception {
        RunResult run = run("""
                - name: looks
                  line: jvm
                  repeat: 10
                  until: last[0].threads >= n
                  let: {seen: 'joined(rows.map(r, r.threads))'}
                  expect: size(rows) == 3 && rounds == 3 && seen == "1, 2, 3"
                """);
        assertThat(run.outcome()).as(run.toString()).isEqualTo(Outcome.HELD);
    }

    @Test
    void waits_between_rounds_as_long_as_it_is_told() throws Exception {
        assertThat(run("- {line: jvm, repeat: 3, every: 1h}\n").outcome()).isEqualTo(Outcome.HELD);
        assertThat(cancel.waits).hasSize(2).allMatch(wait -> wait.compareTo(Duration.ofMinutes(59)) > 0);
    }

    @Test
    void gives_a_line_and_its_rounds_no_more_time_than_it_may_take() throws Exception {
        assertThat(run("- {line: jvm, timeout: 90s, repeat: 2}\n").outcome()).isEqualTo(Outcome.HELD);
        assertThat(lines.allowed).hasSize(2).allMatch(time -> time.compareTo(Duration.ofSeconds(90)) <= 0);
        assertThat(lines.allowed.get(1)).isLessThan(lines.allowed.get(0));
    }

    @Test
    void names_what_let_gives_for_all_that_follows() throws Exception {
        RunResult run = run("- {line: jvm, let: {a: 'rows[0].pid', b: a * 2}}\n- expect: a == 42 && b == 84\n");
        assertThat(run.outcome()).as(run.toString()).isEqualTo(Outcome.HELD);
        assertThat(run.numbers()).containsEntry("b", 84.0);
    }

    @Test
    void runs_a_line_for_each_of_a_list() throws Exception {
        assertThat(run("- {foreach: '[\"a\", \"b\"]', as: it, line: 'threads ${it}'}\n")
                        .outcome())
                .isEqualTo(Outcome.HELD);
        assertThat(lines.typed).containsExactly("@42 threads a", "@42 threads b");
    }

    @Test
    void a_step_whose_when_is_false_is_skipped() throws Exception {
        assertThat(run("- {name: one, when: n > 5, line: jvm}\n- {name: two, expect: '!one.ran'}\n")
                        .outcome())
                .isEqualTo(Outcome.HELD);
        assertThat(ended).containsExactly("one SKIPPED", "two HELD");
    }

    @Test
    void stops_where_an_expectation_fails_and_says_what_that_means() throws Exception {
        RunResult run = run("- {name: one, line: jvm, expect: n > 5, say: 'only ${n}', next: more}\n- line: ps\n");
        assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(lines.typed).containsExactly("@42 jvm");
        assertThat(Finding.of(run).get(0))
                .isEqualTo(new Finding("one", "only 3", Optional.empty(), Optional.of("more")));
    }

    @Test
    void says_nothing_of_an_expectation_that_holds_and_always_what_has_none() throws Exception {
        RunResult run =
                run("- {name: one, line: jvm, expect: n == 3, say: bad}\n- {name: two, line: jvm, say: '${n}'}\n");
        assertThat(run.steps()).extracting(StepResult::said).containsExactly(Optional.empty(), Optional.of("3"));
    }

    @Test
    void goes_on_where_it_is_told_to() throws Exception {
        assertThat(run("- {name: one, expect: n > 5, on-fail: goto end}\n- line: ps\n- {name: end, line: jvm}\n")
                        .outcome())
                .isEqualTo(Outcome.FAILED);
        assertThat(lines.typed).containsExactly("@42 jvm");
        assertThat(run("- {expect: n > 5, on-fail: continue}\n- line: ps\n").outcome())
                .isEqualTo(Outcome.FAILED);
        assertThat(lines.typed).containsExactly("@42 jvm", "ps");
    }

    @Test
    void a_line_that_fails_fails_its_step_unless_the_step_looks_at_the_exit_code() throws Exception {
        assertThat(run("- line: threads no-such\n").failed().get(0).error()).contains("no class is called so");
        assertThat(run("- {line: threads no-such, expect: exit == 1}\n").outcome())
                .isEqualTo(Outcome.HELD);
    }

    @Test
    void steps_of_a_group_run_beside_each_other_and_are_known_after_it() throws Exception {
        RunResult run = run("""
                - parallel:
                    - {name: a, line: jvm, let: {of_a: 'rows[0].pid'}}
                    - {name: b, line: jvm}
                - expect: a.rows[0].pid == 42 && size(b.rows) == 1 && of_a == 42
                """);
        assertThat(run.outcome()).as(run.toString()).isEqualTo(Outcome.HELD);
        assertThat(run.numbers()).containsEntry("of_a", 42.0);
    }

    @Test
    void steps_of_a_group_run_at_the_same_time() throws Exception {
        lines.atOnce = new CountDownLatch(3);
        assertThat(run("- parallel:\n  - line: jvm\n  - line: jvm\n  - line: jvm\n")
                        .outcome())
                .isEqualTo(Outcome.HELD);
    }

    @Test
    void a_group_fails_with_any_of_its_steps_that_does_not_go_on() throws Exception {
        String group = """
                - parallel:
                    - {name: a, line: threads no-such, on-fail: continue}
                    - {name: b, line: threads no-such%s}
                - {name: after, line: ps}
                """;
        assertThat(run(group.formatted("")).steps())
                .extracting(step -> step.step().name())
                .doesNotContain("after");
        RunResult on = run(group.formatted(", on-fail: continue"));
        assertThat(on.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(on.steps()).extracting(step -> step.step().name()).contains("after");
    }

    @Test
    void what_a_group_names_is_known_when_it_is_skipped() throws Exception {
        RunResult run = run("""
                - when: n > 5
                  parallel:
                    - {name: a, line: jvm, let: {of_a: 'rows[0].pid'}}
                    - {name: b, line: jvm}
                - expect: "!a.ran && size(b.rows) == 0"
                """);
        assertThat(run.outcome()).as(run.toString()).isEqualTo(Outcome.HELD);
        assertThat(lines.typed).isEmpty();
    }

    @Test
    void a_run_that_is_ended_between_two_steps_has_not_held() throws Exception {
        cancel.pulled = true;
        assertThat(run("- line: jvm\n").outcome()).isEqualTo(Outcome.ENDED);
        assertThat(lines.typed).isEmpty();
    }

    @Test
    void a_target_that_is_gone_is_lost_though_a_step_minds_how_its_line_ends() throws Exception {
        lines.gone = "threads";
        assertThat(run("- {line: threads, expect: exit == 0 || exit == 1}\n").outcome())
                .isEqualTo(Outcome.LOST);
        assertThat(run("- parallel:\n  - {line: threads, on-fail: continue}\n- line: ps\n")
                        .outcome())
                .isEqualTo(Outcome.LOST);
        assertThat(lines.typed).doesNotContain("ps");
    }

    @Test
    void a_target_that_is_gone_ends_the_run_whatever_the_step_says() throws Exception {
        lines.gone = "threads";
        assertThat(run("- {line: threads, on-fail: continue}\n- line: ps\n").outcome())
                .isEqualTo(Outcome.LOST);
        assertThat(lines.typed).containsExactly("@42 threads");
    }

    @Test
    void what_a_person_does_not_confirm_is_not_run() throws Exception {
        yes = false;
        assertThat(run("- {ask: really, line: jvm}\n").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(lines.typed).isEmpty();
    }

    @Test
    void an_expression_that_has_no_value_says_which() throws Exception {
        RunResult run = run("- line: jvm\n  expect: rows[7].pid == 42\n");
        assertThat(run.outcome()).isEqualTo(Outcome.WRONG);
        assertThat(run.failed().get(0).error().orElseThrow()).contains("rows[7].pid == 42");
    }

    @Test
    void tells_which_arguments_the_slow_calls_have_and_others_have_not() {
        Telltale numbers = new Telltale(
                List.of(Map.of("quantity", 49L)), List.of(Map.of("quantity", 0L), Map.of("quantity", 48L)));
        assertThat(numbers.words())
                .isEqualTo("In 1 slow and 2 other calls quantity is 49 when slow, 0 to 48 otherwise");
        List<Map<String, Long>> slow = new ArrayList<>(Collections.nCopies(9, Map.of("quantity", 49L)));
        slow.add(Map.of("quantity", 3L)); // a collection, say
        assertThat(new Telltale(slow, List.of(Map.of("quantity", 0L), Map.of("quantity", 48L))).words())
                .isEqualTo("In 10 slow and 2 other calls quantity is 49 in 9 of 10 slow calls, 0 to 48 otherwise");
        slow.addAll(Collections.nCopies(9, Map.of("quantity", 3L)));
        assertThat(new Telltale(slow, List.of(Map.of("quantity", 0L), Map.of("quantity", 48L))).words())
                .isEqualTo("their arguments are like those of 2 others");
        Telltale texts = new Telltale(
                List.of(Map.of("order", Map.of("customer", "globex"))),
                List.of(Map.of("order", Map.of("customer", "acme")), Map.of("order", Map.of("customer", "umbrella"))));
        assertThat(texts.words()).contains("order.customer is \"globex\" when slow and never otherwise");
    }
}
