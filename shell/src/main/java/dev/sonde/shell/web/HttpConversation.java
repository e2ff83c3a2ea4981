package dev.sonde.shell.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * HTTP/1.1 over something that is no socket: bytes in, requests out, responses in, bytes out. Netty's codec, in a channel
 * without a transport, does the parsing and knows what a response to {@code HEAD} or to HTTP/1.0 looks like. A request is
 * bounded in each of its parts; what is too large or is no HTTP is answered, and ends the conversation. For one thread at a time.
 */
public final class HttpConversation {

    private static final int LONGEST_LINE = 8 << 10;
    private static final int ALL_HEADERS = 16 << 10;
    private static final int LARGEST_BODY = 16 << 10;

    /** The headers of every response: nothing is loaded from elsewhere, framed, sniffed, kept, or given to other origins. */
    private static final Map<String, String> ALWAYS = Map.of(
            "content-security-policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                            + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "x-content-type-options", "nosniff",
            "x-frame-options", "DENY",
            "referrer-policy", "no-referrer",
            "cross-origin-resource-policy", "same-origin",
            "cross-origin-opener-policy", "same-origin",
            "cache-control", "no-store");

    private final EmbeddedChannel channel = new EmbeddedChannel(
            new HttpServerCodec(new HttpDecoderConfig()
                    .setMaxInitialLineLength(LONGEST_LINE)
                    .setMaxHeaderSize(ALL_HEADERS)),
            new HttpObjectAggregator(LARGEST_BODY, true) {
                @Override
                protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized)
                        throws Exception {
                    lasting = false; // what is not taken of the body would be read as the next request
                    super.handleOversizedMessage(context, oversized);
                }
            });

    private boolean lasting = true;

    public HttpConversation() {
        // Plain arrays: a conversation that just ends leaves nothing that had to be given back.
        channel.config().setAllocator(new UnpooledByteBufAllocator(false, true));
    }

    /** Where bytes for the client go; says whether they were taken. */
    public interface Sink {
        boolean write(byte[] bytes) throws InterruptedException;
    }

    /** What answers a request. */
    public interface Answers {
        Response answer(Request request) throws InterruptedException;
    }

    /**
     * Takes the next bytes of the client, and answers each request that they complete, one after the other.
     *
     * @return whether the conversation goes on
     */
    public boolean take(byte[] bytes, Answers answers, Sink sink) throws InterruptedException {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
            FullHttpRequest request = (FullHttpRequest) read;
            try {
                if (lasting) {
                    answer(request, answers);
                    lasting &= flush(sink);
                }
            } finally {
                request.release();
            }
        }
        // What the codec itself has to say: 100, 413, 417.
        return flush(sink) && lasting && channel.isOpen();
    }

    private void answer(FullHttpRequest request, Answers answers) throws InterruptedException {
        Response response = request.decoderResult().isFailure()
                ? Response.text(Response.WRONG, "this is no HTTP/1.1 request that is accepted here")
                : answers.answer(read(request));
        lasting = !request.decoderResult().isFailure() && HttpUtil.isKeepAlive(request);
        FullHttpResponse written = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.body()));
        ALWAYS.forEach((name, value) -> written.headers().set(name, value));
        response.headers().forEach((name, value) -> written.headers().set(name, value));
        written.headers().set(HttpHeaderNames.CONTENT_TYPE, response.type());
        written.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        HttpUtil.setKeepAlive(written.headers(), request.protocolVersion(), lasting);
        channel.writeOutbound(written);
    }

    private static Request read(FullHttpRequest request) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        Map<String, String> query = new HashMap<>();
        uri.parameters().forEach((name, values) -> query.put(name, values.get(0)));
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> header : request.headers()) {
            headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
        }
        if (request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            headers.remove("host"); // RFC 9112, section 3.2: several are as wrong as none
        }
        return new Request(request.method().name(), uri.path(), query, headers);
    }

    private boolean flush(Sink sink) throws InterruptedException {
        boolean taken = true;
        for (ByteBuf written = channel.readOutbound(); written != null; written = channel.readOutbound()) {
            byte[] bytes = new byte[written.readableBytes()];
            written.readBytes(bytes);
            written.release();
            taken &= taken && sink.write(bytes);
        }
        return taken;
    }
}
