package dev.sonde.commands.play;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Context;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.output.Humane;
import dev.sonde.commands.play.CheckedPlaybook.Step;
import dev.sonde.commands.play.RunResult.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One execution of a playbook, on one target or on several at the same time, so many at once as is allowed. Everything is
 * shown by the thread that asked for it; when it ends, in whatever way, nothing of what the steps set is left.
 */
final class PlayRun {

    private final Context context;
    private final Output output;
    private final CheckedPlaybook playbook;
    private final boolean yes;
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    /** What runs just now, the oldest first. Seen by the thread alone that shows it. */
    private final Map<Place, Going> going = new LinkedHashMap<>();

    private int done;

    private final int width;

    private record Place(Optional<Subject> target, Step step) {}

    private record Going(String line, Instant since) {}

    /**
     * @param output gets its steps as they end
     * @param yes what is asked is not asked: the answer is yes
     */
    PlayRun(Context context, Output output, CheckedPlaybook playbook, boolean yes) {
        this.context = context;
        this.output = output;
        this.playbook = playbook;
        this.yes = yes;
        this.width = playbook.all()
                .filter(Step::named)
                .mapToInt(step -> step.name().length())
                .max()
                .orElse(6);
    }

    /**
     * Runs it to its end, and shows its steps as they end.
     *
     * @param targets empty where no step needs one
     */
    List<RunResult> run(List<Subject> targets, int mostAtOnce) throws InterruptedException {
        List<Optional<Subject>> each = targets.isEmpty()
                ? List.of(Optional.empty())
                : targets.stream().map(Optional::of).toList();
        ExecutorService runs = Executors.newFixedThreadPool(Math.min(mostAtOnce, each.size()), named("sonde run"));
        ExecutorService beside = Executors.newCachedThreadPool(named("sonde step"));
        List<CompletableFuture<RunResult>> running = new ArrayList<>();
        try (Lines lines = context.lines()) {
            Cancel cancel = context.cancel();
            Telling telling = new Telling(each.size() > 1);
            for (Optional<Subject> one : each) {
                TargetRun run = new TargetRun(playbook, one, lines, cancel, telling, beside);
                CompletableFuture<RunResult> result = CompletableFuture.supplyAsync(run::run, runs);
                var unused = result.whenComplete((ended, failed) -> events.add(() -> done++));
                running.add(result);
            }
            while (running.stream().anyMatch(one -> !one.isDone()) || !events.isEmpty()) {
                Runnable event = events.poll(1, TimeUnit.SECONDS);
                if (event == null) {
                    tellWhatGoesOn(each.size() > 1);
                } else {
                    event.run();
                }
            }
        } finally {
            runs.shutdown();
            beside.shutdown();
        }
        return running.stream().map(CompletableFuture::join).toList();
    }

    /** For a person at a terminal, who sees that something moves: the step, for how long, and how many there are besides. */
    private void tellWhatGoesOn(boolean several) {
        if (going.isEmpty()) {
            return;
        }
        Map.Entry<Place, Going> first = going.entrySet().iterator().next();
        Duration time = Duration.between(first.getValue().since, Instant.now());
        String more = going.size() == 1 ? "" : "  and " + (going.size() - 1) + " more";
        String ended = several ? done + " done  " : "";
        output.progress(ended + "▸ " + first.getKey().step.name() + "  " + Humane.duration(time) + "  "
                + first.getValue().line + more);
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + " " + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Hands what happens to the thread that shows it. */
    private final class Telling implements TargetRun.Progress {
        private final boolean several;

        Telling(boolean several) {
            this.several = several;
        }

        @Override
        public void begins(Optional<Subject> target, Step step, String line) {
            events.add(() -> {
                going.merge(
                        new Place(target, step),
                        new Going(line, Instant.now()),
                        (before, now) -> new Going(now.line, before.since));
                tellWhatGoesOn(several);
            });
        }

        @Override
        public void ended(Optional<Subject> target, StepResult result) {
            events.add(() -> {
                going.remove(new Place(target, result.step()));
                if (result.outcome() != Outcome.SKIPPED || result.step().named()) {
                    output.row(StepRow.of(target, result, several, width));
                }
            });
        }

        @Override
        public boolean confirms(Optional<Subject> target, String question) {
            if (yes) {
                return true;
            }
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            events.add(() -> {
                output.notice(target.map(one -> one + ": ").orElse("") + question + " (y/n)");
                answer.complete(context.input().yes(context.cancel()));
            });
            while (!context.cancel().cancelled()) {
                try {
                    return answer.get(500, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    // a person takes time
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
            return false;
        }
    }
}
