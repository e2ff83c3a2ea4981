package dev.sonde.shell;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.io.IoInputStream;
import org.apache.sshd.common.io.IoOutputStream;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSessionAware;
import org.apache.sshd.server.command.AsyncCommand;
import org.jspecify.annotations.Nullable;

/** What MINA gives to whatever runs in a channel before it starts it: the ways out, and whom to tell that it has ended. */
abstract class ChannelCommand implements AsyncCommand, ChannelSessionAware, Sessions.Live {

    private final CountDownLatch over = new CountDownLatch(1);

    private @Nullable IoOutputStream out;
    private @Nullable IoOutputStream error;
    private @Nullable ExitCallback callback;
    private @Nullable ChannelOutlet outlet;

    @Override
    public final void setIoOutputStream(IoOutputStream stream) {
        out = stream;
    }

    @Override
    public final void setIoErrorStream(IoOutputStream stream) {
        error = stream;
    }

    @Override
    public final void setExitCallback(ExitCallback told) {
        callback = told;
    }

    // The input comes through the channel's receiver; streams that block are for other commands than these.

    @Override
    public final void setIoInputStream(IoInputStream unused) {}

    @Override
    public final void setInputStream(InputStream unused) {}

    @Override
    public final void setOutputStream(OutputStream unused) {}

    @Override
    public final void setErrorStream(OutputStream unused) {}

    /** The way out, from the start on. */
    final ChannelOutlet openOutlet() {
        if (out == null || error == null) {
            throw new IllegalStateException("the channel is not prepared");
        }
        ChannelOutlet opened = new ChannelOutlet(out, error);
        outlet = opened;
        return opened;
    }

    /** Empty before the start. */
    final Optional<ChannelOutlet> outlet() {
        return Optional.ofNullable(outlet);
    }

    /** Who is told the exit code. */
    final ExitCallback callback() {
        if (callback == null) {
            throw new IllegalStateException("the channel is not prepared");
        }
        return callback;
    }

    /** Nothing runs any more. */
    final void isOver() {
        over.countDown();
    }

    @Override
    public final boolean awaitEnd(Duration most) throws InterruptedException {
        return over.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }
}
