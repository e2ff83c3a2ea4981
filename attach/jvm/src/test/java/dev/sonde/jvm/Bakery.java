package dev.sonde.jvm;

import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.AbstractQueue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Scanner;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A target whose calls hand work to other threads. Does on the lines of its standard input what a test asks. */
final class Bakery {

    private static final ExecutorService OVEN = Executors.newFixedThreadPool(1, Bakery::baker);
    private static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1, Bakery::baker);
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private Bakery() {}

    private static Thread baker(Runnable work) {
        Thread thread = new Thread(work, "baker");
        thread.setDaemon(true);
        return thread;
    }

    public static void main(String[] args) throws Exception {
        Thread keeper = new Thread(SHELF::serve, "keeper");
        keeper.setDaemon(true);
        keeper.start();
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            String word = in.nextLine();
            switch (word) {
                case "submit" -> submit();
                case "execute" -> execute();
                case "queue" -> queue();
                case "future" -> future();
                case "fork" -> fork();
                case "common" -> common();
                case "delayed" -> delayed();
                case "never" -> never();
                case "long" -> outlives();
                case "virtual" -> virtual();
                case "started" -> started();
                case "broken" -> broken();
                case "refused" -> refused();
                case "own" -> own();
                case "many" -> many();
                case "counter" -> handedTo(new Counter());
                case "helper" -> handedTo(new Helper());
                case "errand" -> handedTo(new Errand());
                case "loop" -> handedTo(EventLoop.LOOP);
                case "waiter" -> handedTo(Waiter.TABLE::add);
                case "tray" -> handedTo(new Service());
                case "direct" -> handedTo(Runnable::run);
                case "shelf" -> stocked();
                case "thread" -> thread();
                case "apprentice" -> apprentice();
                case "clock" -> clock();
                case "belt" -> handedTo(Belt.BELT::add);
                case "market" -> market();
                case "order" -> order();
                default -> System.out.println("UNKNOWN " + word);
            }
            System.out.println("SAID " + word);
        }
        System.exit(0);
    }

    static void knead() {
        Thread.onSpinWait();
    }

    static int submit() throws Exception {
        Future<Integer> one = OVEN.submit(() -> {
            knead();
            return 1;
        });
        return one.get();
    }

    static void execute() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        OVEN.execute(() -> {
            knead();
            done.countDown();
        });
        done.await();
    }

    /** The second waits for the first, which takes a while. */
    static void queue() throws Exception {
        Future<?> first = OVEN.submit(() -> rest(30));
        Future<?> second = OVEN.submit(Bakery::knead);
        first.get();
        second.get();
    }

    static void rest(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void future() throws Exception {
        CompletableFuture.supplyAsync(() -> flour(), OVEN)
                .thenApplyAsync(flour -> dough(flour), OVEN)
                .get();
    }

    static int flour() {
        rest(5);
        return 1;
    }

    static int dough(int flour) {
        knead();
        return flour + 1;
    }

    static final class Slice extends RecursiveTask<Integer> {
        private final int size;

        Slice(int size) {
            this.size = size;
        }

        @Override
        protected Integer compute() {
            if (size <= 1) {
                knead();
                return 1;
            }
            Slice left = new Slice(size / 2);
            left.fork();
            int right = new Slice(size - size / 2).compute();
            return right + left.join();
        }
    }

    static int fork() {
        ForkJoinPool pool = new ForkJoinPool(2);
        try {
            return pool.submit(new Slice(4)).join();
        } finally {
            pool.shutdown();
        }
    }

    static int common() throws Exception {
        return CompletableFuture.supplyAsync(Bakery::flour).get()
                + ForkJoinPool.commonPool().submit(() -> flour()).get();
    }

    static void delayed() throws Exception {
        TIMER.schedule(Bakery::knead, 20, TimeUnit.MILLISECONDS).get();
    }

    static void never() {
        Future<?> tomorrow = TIMER.schedule(Bakery::knead, 1, TimeUnit.DAYS);
        System.out.println("DONE " + tomorrow.isDone());
    }

    static void outlives() {
        Thread.onSpinWait();
        Executors.newSingleThreadExecutor(Bakery::baker).execute(() -> {
            try {
                NEVER.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    static void broken() throws Exception {
        Future<?> burnt = OVEN.submit(() -> burn(90));
        try {
            burnt.get();
        } catch (java.util.concurrent.ExecutionException e) {
            knead();
        }
    }

    /** The third finds the only thread busy and the queue full, and is run by who hands it over. */
    static void refused() throws Exception {
        ThreadPoolExecutor small = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                Bakery::baker,
                new ThreadPoolExecutor.CallerRunsPolicy());
        CountDownLatch served = new CountDownLatch(1);
        small.execute(() -> rest(served));
        small.execute(Bakery::knead);
        small.execute(Bakery::flour);
        served.countDown();
        small.shutdown();
        small.awaitTermination(1, TimeUnit.MINUTES);
    }

    static void rest(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A pool that tells its superclass nothing of what it runs. */
    private static final ThreadPoolExecutor OWN =
            new ThreadPoolExecutor(1, 1, 1, TimeUnit.DAYS, new LinkedBlockingQueue<>(), Bakery::baker) {
                @Override
                protected void afterExecute(Runnable task, Throwable thrown) {
                    // as some do
                }
            };

    static void own() throws Exception {
        CountDownLatch done = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            OWN.execute(() -> {
                knead();
                done.countDown();
            });
        }
        done.await();
    }

    /** An executor of its own: a queue, and a thread that runs each task in a method for that. */
    static final class Counter implements Executor {
        private final LinkedBlockingQueue<Runnable> line = new LinkedBlockingQueue<>();

        @Override
        public void execute(Runnable task) {
            if (line.isEmpty()) {
                baker(new Served()).start();
            }
            line.add(task);
        }

        private final class Served implements Runnable {
            @Override
            public void run() {
                try {
                    serve("next", line.take());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            private void serve(String call, Runnable task) {
                if (!call.isEmpty()) {
                    task.run();
                }
            }
        }
    }

    /** One that makes a thread for each task. */
    static final class Helper implements Executor {
        @Override
        public void execute(Runnable task) {
            new Thread(task, "helper").start();
        }
    }

    /** One that has another do it: the task is handed over once. */
    static final class Errand implements Executor {
        @Override
        public void execute(Runnable task) {
            send(task);
        }

        private static void send(Runnable task) {
            OVEN.execute(task);
        }
    }

    /** Netty's, which is loaded only if it is asked for. */
    static final class EventLoop {
        static final Executor LOOP = new DefaultEventExecutor(Bakery::baker);

        private EventLoop() {}
    }

    /** A thread that takes tasks from a queue and runs them in the method that it is in all the time. */
    static final class Waiter extends Thread {
        static final LinkedBlockingQueue<Runnable> TABLE = new LinkedBlockingQueue<>();

        static {
            Waiter waiter = new Waiter();
            waiter.setName("waiter");
            waiter.setDaemon(true);
            waiter.start();
        }

        @Override
        public void run() {
            try {
                while (true) {
                    TABLE.take().run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What a task may be wrapped in. */
    static final class Tray implements Runnable {
        private final Runnable task;

        Tray(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            task.run();
        }
    }

    /** An executor that wraps what it leaves in a queue. */
    static final class Service implements Executor {
        @Override
        public void execute(Runnable task) {
            Waiter.TABLE.add(new Tray(task));
        }
    }

    /** A queue of a library's own making. */
    static final class Belt extends AbstractQueue<Runnable> {
        static final Belt BELT = new Belt();

        static {
            Thread packer = new Thread(BELT::empty, "packer");
            packer.setDaemon(true);
            packer.start();
        }

        private final AtomicReference<@Nullable Runnable> place = new AtomicReference<>();

        private void empty() {
            while (true) {
                Runnable next = poll();
                if (next != null) {
                    next.run();
                } else {
                    rest(1);
                }
            }
        }

        @Override
        public boolean offer(Runnable task) {
            return place.compareAndSet(null, task);
        }

        @Override
        public @Nullable Runnable poll() {
            return place.getAndSet(null);
        }

        @Override
        public @Nullable Runnable peek() {
            return place.get();
        }

        @Override
        public int size() {
            return peek() == null ? 0 : 1;
        }

        @Override
        public Iterator<Runnable> iterator() {
            return Collections.emptyIterator();
        }
    }

    /** An executor whose queue is no {@code Queue}. */
    static final class Shelf implements Executor {
        private final List<Runnable> stock = new ArrayList<>();

        @Override
        public synchronized void execute(Runnable task) {
            stock.add(task);
            notifyAll();
        }

        void serve() {
            try {
                while (true) {
                    take().run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized Runnable take() throws InterruptedException {
            while (stock.isEmpty()) {
                wait();
            }
            return stock.remove(0);
        }
    }

    private static final Shelf SHELF = new Shelf();

    /** What is handed over is of a class that can have hooks. */
    static void stocked() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        SHELF.execute(new Tray(() -> {
            knead();
            done.countDown();
        }));
        done.await();
    }

    static void thread() throws Exception {
        Thread thread = new Thread(() -> knead(), "helper");
        thread.start();
        thread.join();
    }

    static final class Apprentice extends Thread {
        @Override
        public void run() {
            knead();
        }
    }

    static void apprentice() throws Exception {
        Thread thread = new Apprentice();
        thread.setName("apprentice");
        thread.start();
        thread.join();
    }

    private static final Timer CLOCK = new Timer("clock", true);

    static void clock() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        CLOCK.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        knead();
                        done.countDown();
                    }
                },
                5);
        done.await();
    }

    /** What a thread of the pool puts into a queue is a result. */
    static int order() throws Exception {
        ExecutorCompletionService<Integer> service = new ExecutorCompletionService<>(OVEN);
        service.submit(() -> flour());
        return dough(service.take().get());
    }

    /** One is run by who had put it into the queue, one finds no room there, and one ends with the thread that took it. */
    static void market() throws Exception {
        ArrayBlockingQueue<Runnable> stall = new ArrayBlockingQueue<>(1);
        stall.put(() -> knead());
        if (stall.offer(() -> flour())) {
            throw new IllegalStateException("there is room");
        }
        stall.take().run();
        stall.put(() -> flour());
        Thread thread = new Thread(() -> carry(stall), "porter");
        thread.start();
        thread.join();
    }

    static void carry(ArrayBlockingQueue<Runnable> from) {
        try {
            from.take().run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void handedTo(Executor executor) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        executor.execute(() -> {
            knead();
            done.countDown();
        });
        done.await();
    }

    static void many() throws Exception {
        CountDownLatch done = new CountDownLatch(1_000);
        for (int i = 0; i < 1_000; i++) {
            OVEN.execute(done::countDown);
        }
        done.await();
    }

    static int burn(int minutes) {
        if (minutes > 60) {
            throw new IllegalStateException("burnt");
        }
        return minutes;
    }

    /** By reflection, because it is compiled for a JDK that has none. */
    static void virtual() throws Exception {
        ExecutorService each = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        Future<Integer> one = each.submit(() -> flour());
        one.get();
        each.shutdown();
    }

    static void started() throws Exception {
        Runnable work = () -> flour();
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        thread.join();
    }
}
