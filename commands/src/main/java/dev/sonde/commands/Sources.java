package dev.sonde.commands;

import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The sources of the classes in which a session's threads stand, each read once, in the background: the first that has to be
 * decompiled takes seconds, and a thread that stands is told of at once.
 */
final class Sources {

    private static final int MOST = 20;

    private final Map<String, CompletableFuture<Optional<ClassSourceText>>> read = new LinkedHashMap<>();

    /** One class at a time; the thread goes when it has nothing to do. */
    private final ThreadPoolExecutor reader =
            new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST), work -> {
                Thread thread = new Thread(work, "sonde sources");
                thread.setDaemon(true);
                return thread;
            });

    Sources() {
        reader.allowCoreThreadTimeOut(true);
    }

    /** The source of a class, or that it cannot be had, when that is known. */
    synchronized CompletableFuture<Optional<ClassSourceText>> of(Target target, String className) {
        String key = target.id() + " " + className;
        CompletableFuture<Optional<ClassSourceText>> known = read.get(key);
        if (known != null) {
            return known;
        }
        if (read.size() >= MOST) {
            read.clear();
        }
        try {
            CompletableFuture<Optional<ClassSourceText>> reading =
                    CompletableFuture.supplyAsync(() -> read(target, className), reader);
            read.put(key, reading);
            return reading;
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(Optional.empty()); // the next that asks tries again
        }
    }

    /** As above; empty also when it is not known in time. */
    Optional<ClassSourceText> within(Duration time, Target target, String className) throws InterruptedException {
        try {
            return of(target, className).get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }

    private static Optional<ClassSourceText> read(Target target, String className) {
        try {
            return Optional.of(target.code()
                    .source(new ClassChoice(className, Optional.empty()), Optional.empty(), Optional.empty(), false));
        } catch (TargetError e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
