package dev.sonde.commands;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A cancel that a test pulls. */
public final class FakeCancel implements Cancel {

    private final CountDownLatch pulled = new CountDownLatch(1);

    public void pull() {
        pulled.countDown();
    }

    @Override
    public boolean cancelled() {
        return pulled.getCount() == 0;
    }

    @Override
    public boolean await(Duration time) {
        try {
            return pulled.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void onCancel(Runnable action) {
        throw new UnsupportedOperationException("no command needs it yet");
    }
}
