package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that three logins share. */
final class SharesTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Shares shares = new Shares("share", 3, 2, 2);
    private final List<String> began = new CopyOnWriteArrayList<>();
    private final Map<String, CountDownLatch> going = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        shares.close();
        going.values().forEach(CountDownLatch::countDown);
    }

    /** Work that says that it began, and lasts until {@link #end}. */
    private void slow(String login, String name) {
        CountDownLatch end = going.computeIfAbsent(name, unused -> new CountDownLatch(1));
        shares.of(login).execute(() -> {
            began.add(name);
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void end(String name) {
        Objects.requireNonNull(going.get(name)).countDown();
    }

    private void awaitBegan(String... names) throws Exception {
        Await.until(String.join(", ", names) + " to begin", LONG, () -> began.containsAll(List.of(names)));
    }

    @Test
    void slow_work_of_one_leaves_a_thread_to_another() throws Exception {
        slow("ada", "a1");
        slow("ada", "a2");
        slow("ada", "a3");
        slow("ada", "a4");
        awaitBegan("a1", "a2");
        assertThatThrownBy(() -> slow("ada", "a5")).isInstanceOf(RejectedExecutionException.class);
        slow("bob", "b1");
        awaitBegan("b1");
        slow("bob", "b2");
        slow("eve", "e1");
        // One ends, another begins, whose login has not had its turn for longest.
        end("b1");
        awaitBegan("b2");
        end("a1");
        awaitBegan("a3");
        end("a2");
        awaitBegan("e1");
        assertThat(began).doesNotContain("a4");
        end("b2");
        awaitBegan("a4");
    }

    @Test
    void work_that_fails_makes_room() throws Exception {
        for (int i = 0; i < 2; i++) {
            shares.of("ada").execute(() -> {
                throw new IllegalStateException("as it should");
            });
        }
        slow("ada", "a1");
        slow("ada", "a2");
        awaitBegan("a1", "a2");
    }

    @Test
    void nothing_begins_once_it_is_closed() {
        shares.close();
        assertThatThrownBy(() -> slow("ada", "a1")).isInstanceOf(RejectedExecutionException.class);
        assertThat(began).isEmpty();
    }
}
