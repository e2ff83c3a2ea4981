package dev.sonde.jvm;

import dev.sonde.wire.WireReader;

/** One frame of the link, its length and version already checked. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Frame(int type, int correlation, byte[] payload) {

    WireReader reader() {
        return new WireReader(payload);
    }
}
