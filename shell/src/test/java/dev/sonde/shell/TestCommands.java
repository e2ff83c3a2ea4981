package dev.sonde.shell;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Context;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Row;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetGone;
import dev.sonde.weave.ExpressionError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The real commands, and some that do what a test of the shell needs a command to do. */
final class TestCommands implements Catalogue {

    /** Lines of {@code wait} that run now. */
    final AtomicInteger waiting = new AtomicInteger();

    /** Rows that {@code pour} has handed over. */
    final AtomicLong poured = new AtomicLong();

    private final Catalogue real = Commands.all();

    private interface Body {
        void run(List<String> words, Context context) throws Exception;
    }

    private final Map<String, Body> bodies = Map.of(
            "say", (words, context) -> context.output().row(new Said(String.join(" ", words))),
            "whoami",
                    (words, context) -> context.output()
                            .row(new Said(context.login() + " " + context.grant() + " "
                                    + context.target().map(Target::name).orElse("-"))),
            "wait", this::await,
            "pour", this::pour,
            "profile", this::profile,
            "break", (words, context) -> fail(words.get(0)),
            "stop", (words, context) -> context.output().row(new Said("stopped")));

    @Override
    public List<Entry> entries() {
        List<Entry> all = new ArrayList<>(real.entries());
        bodies.keySet().stream().sorted().map(TestCommands::entry).forEach(all::add);
        return all;
    }

    private static Entry entry(String name) {
        Grant needs = name.equals("stop") ? Grant.SUSPEND : name.equals("profile") ? Grant.INSTRUMENT : Grant.OBSERVE;
        return new Entry(name, name + " [WORD…]", "for tests", needs, name.equals("whoami"), List.of());
    }

    @Override
    public Optional<Entry> find(String name) {
        return bodies.containsKey(name) ? Optional.of(entry(name)) : real.find(name);
    }

    @Override
    public Optional<Entry> find(List<String> words) {
        return bodies.containsKey(words.get(0)) ? find(words.get(0)) : real.find(words);
    }

    @Override
    public Invocation parse(Line line) throws UsageError {
        List<String> words = line.words();
        Body body = bodies.get(words.get(0));
        if (body == null) {
            return real.parse(line);
        }
        boolean json = words.contains("--json");
        List<String> rest = words.subList(1, words.size()).stream()
                .filter(word -> !word.equals("--json"))
                .toList();
        return new Invocation(entry(words.get(0)), json, false, new BaseCommand() {
            @Override
            public void run(Context context)
                    throws UsageError, ExpressionError, TargetError, ExpectationFailed, InterruptedException {
                try {
                    body.run(rest, context);
                } catch (UsageError | ExpressionError | TargetError | ExpectationFailed | InterruptedException e) {
                    throw e;
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
    }

    @Override
    public String help(String command, int columns) throws UsageError {
        return real.help(command, columns);
    }

    private void await(List<String> words, Context context) {
        waiting.incrementAndGet();
        try {
            context.output().row(new Said("waiting"));
            boolean unused = context.cancel().await(Duration.ofMinutes(5));
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Keeps a profile that was not taken; of an hour it waits for. */
    private void profile(List<String> words, Context context) throws Exception {
        if (words.contains("3600s")) {
            await(words, context);
        }
        long number = context.profiles().add(SampleProfiles.before(), false);
        context.output().row(new Taken("#" + number));
    }

    /** The number of a profile. */
    record Taken(String profile) implements Row {
        @Override
        public String type() {
            return "profile";
        }
    }

    /** So many rows of so many bytes. With a third word on a thread that does not wait, as a link does. */
    private void pour(List<String> words, Context context) throws InterruptedException {
        long rows = Long.parseLong(words.get(0));
        String text = "x".repeat(Integer.parseInt(words.get(1)));
        Runnable pouring = () -> {
            for (long i = 0; i < rows && !context.cancel().cancelled(); i++) {
                context.output().row(new Said(i + " " + text));
                poured.incrementAndGet();
            }
        };
        if (words.size() == 2) {
            pouring.run();
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        Thread link = new Thread(() -> {
            pouring.run();
            done.countDown();
        });
        link.start();
        done.await();
    }

    private static void fail(String how) throws Exception {
        switch (how) {
            case "usage" -> throw new UsageError("--depth: 'x' is not a count such as 16");
            case "target" -> throw new TargetError("no class fits");
            case "gone" -> throw new TargetGone("orders (11) has ended");
            case "expression" ->
                throw new ExpressionError("undefined field 'amunt'", "args[0].amunt > 3", 9, List.of("amount"));
            case "expectation" -> throw new BaseCommand.ExpectationFailed("p99 is 41 ms, more than 40 ms");
            default -> throw new IllegalArgumentException("a secret of ours");
        }
    }

    /** A line of text. */
    record Said(String text) implements Prose, Row {
        @Override
        public String type() {
            return "said";
        }

        @Override
        public void tell(Page page) {
            page.line(text);
        }
    }
}
