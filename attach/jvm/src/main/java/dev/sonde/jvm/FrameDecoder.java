package dev.sonde.jvm;

import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts what arrives into frames. One that is too long or of another version ends the link. */
final class FrameDecoder extends ByteToMessageDecoder {

    /** Before the agent has shown who it is, it may say a greeting and no more. */
    private static final int MAX_GREETING = 4096;

    private int maxLength = MAX_GREETING;

    /** The other side is known: from now on frames may be as long as the protocol allows. */
    void trust() {
        maxLength = Wire.MAX_FRAME;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < Wire.HEADER) {
            return;
        }
        int at = in.readerIndex();
        int length = in.getInt(at);
        if (length < Wire.HEADER - 4 || length > maxLength) {
            throw new WireException("frame of " + length + " bytes");
        }
        if (in.getUnsignedByte(at + 4) != Wire.VERSION) {
            throw new WireException("version " + in.getUnsignedByte(at + 4));
        }
        if (in.readableBytes() < 4 + length) {
            return;
        }
        byte[] payload = new byte[length - (Wire.HEADER - 4)];
        in.getBytes(at + Wire.HEADER, payload);
        out.add(new Frame(in.getUnsignedByte(at + 5), in.getInt(at + 6), payload));
        in.skipBytes(4 + length);
    }
}
