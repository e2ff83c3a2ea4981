package dev.sonde.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** The way out when there is no SSH: this process's own streams, whose reader holds it back. */
final class StreamOutlet implements Outlet {

    private final OutputStream out;
    private final OutputStream error;

    StreamOutlet(OutputStream out, OutputStream error) {
        this.out = out;
        this.error = error;
    }

    @Override
    public synchronized boolean offer(byte[] bytes, boolean toError) {
        try {
            OutputStream stream = toError ? error : out;
            stream.write(bytes);
            stream.flush();
        } catch (IOException e) {
            // the reader has gone, as in `sonde ps | head -1`
        }
        return true;
    }

    @Override
    public boolean awaitRoom(int bytes, Duration patience, Wanted wanted) {
        return true;
    }

    @Override
    public boolean drain(Duration patience) {
        return true;
    }
}
