package dev.sonde.jvm;

import dev.sonde.jvm.Profiling.HeapDumpOrder;
import dev.sonde.jvm.Profiling.HeapDumped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/** Heap dumps for a person, who takes them elsewhere: whole, and with all that is in them. */
final class HeapDumping {

    private HeapDumping() {}

    /** Straight into what takes it as fast as it comes. */
    static HeapDumped into(LocalJvm jvm, HeapDumpOrder order, WritableByteChannel into) throws TargetError {
        HeapStream.Poured poured = new HeapStream(jvm).pour(into, order.most(), stream(order));
        return new HeapDumped(poured.bytes(), poured.stood());
    }

    /** Into a file without a name first, so that a slow reader holds nobody. */
    static HeapDumped aside(LocalJvm jvm, HeapDumpOrder order, WritableByteChannel into) throws TargetError {
        HeapStream.Taken taken = new HeapStream(jvm).take(jvm.home, order.expected(), stream(order));
        try (FileChannel file = taken.file()) {
            long done = 0;
            while (done < taken.bytes() && !order.cancelled().getAsBoolean()) {
                done += file.transferTo(done, Math.min(1 << 20, taken.bytes() - done), into);
            }
            return new HeapDumped(done, taken.stood());
        } catch (IOException e) {
            throw new TargetError("the dump was taken, and did not arrive: " + e.getMessage(), e);
        }
    }

    private static HeapStream.Order stream(HeapDumpOrder order) {
        return new HeapStream.Order(order.live(), order.atMost(), order.cancelled(), order.copied());
    }
}
