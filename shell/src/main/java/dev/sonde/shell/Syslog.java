package dev.sonde.shell;

import dev.sonde.commands.guard.Fired;
import dev.sonde.commands.output.SafeText;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;

/**
 * One message of syslog (RFC 5424) in one datagram (RFC 5426), facility daemon, severity warning. Nobody answers: that it was sent
 * is all that is known.
 */
final class Syslog implements Teller.Way {

    /** RFC 5426, section 3.2: what every receiver takes is less, what they should take is this. */
    private static final int MOST_BYTES = 2_048;

    private static final int DAEMON_WARNING = 3 * 8 + 4;

    private final Endpoint receiver;

    Syslog(Endpoint receiver) {
        this.receiver = receiver;
    }

    @Override
    public void tell(Fired fired) throws IOException {
        byte[] message = text(fired).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(message.length, MOST_BYTES);
        while (length > 0 && length < message.length && (message[length] & 0xc0) == 0x80) {
            length--; // not in the middle of a character
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(message, length, InetAddress.getByName(receiver.host()), receiver.port()));
        }
    }

    static String text(Fired fired) {
        StringBuilder text = new StringBuilder("<" + DAEMON_WARNING + ">1 "
                + fired.time().truncatedTo(ChronoUnit.MILLIS) + " - sonde "
                + ProcessHandle.current().pid() + " guard - ");
        text.append(fired.guard())
                .append(": ")
                .append(fired.rule())
                .append(" on ")
                .append(fired.target());
        text.append(' ').append(fired.name()).append(": ").append(fired.when());
        if (!fired.shown().isEmpty()) {
            text.append(" (").append(fired.shown()).append(')');
        }
        fired.findings().forEach(finding -> text.append("; ").append(finding.found()));
        return SafeText.of(text.toString());
    }
}
