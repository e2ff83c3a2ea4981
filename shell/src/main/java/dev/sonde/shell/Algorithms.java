package dev.sonde.shell;

import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.extension.DefaultServerKexExtensionHandler;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;

/**
 * The SSH algorithms that are offered, best first. <em>compat</em> has what the clients in use speak and nothing that is
 * known to be weak: OpenSSH 9, dropbear, PuTTY, paramiko, asyncssh, libssh, JSch and sshj connect; libssh2 1.10, which has
 * no encrypt-then-mac, does not. <em>strict</em> leaves out curve25519 alone and chacha20, so that a recording made today
 * stays closed to a quantum computer and Terrapin has nothing to cut: OpenSSH, PuTTY and MINA connect.
 */
final class Algorithms {

    private static final List<BuiltinDHFactories> HYBRID = List.of(
            BuiltinDHFactories.mlkem768x25519,
            BuiltinDHFactories.sntrup761x25519,
            BuiltinDHFactories.sntrup761x25519_openssh);
    private static final List<BuiltinDHFactories> CURVE =
            List.of(BuiltinDHFactories.curve25519, BuiltinDHFactories.curve25519_libssh);
    private static final List<BuiltinCiphers> CHACHA = List.of(BuiltinCiphers.cc20p1305_openssh);
    private static final List<BuiltinCiphers> AES = List.of(
            BuiltinCiphers.aes256gcm,
            BuiltinCiphers.aes128gcm,
            BuiltinCiphers.aes256ctr,
            BuiltinCiphers.aes192ctr,
            BuiltinCiphers.aes128ctr);
    private static final List<BuiltinMacs> MACS = List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm);

    /** The host key is Ed25519 alone; the rest is what a user's key may be. No ssh-rsa: it signs with SHA-1. */
    private static final List<BuiltinSignatures> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.ed25519_cert,
            BuiltinSignatures.sk_ssh_ed25519,
            BuiltinSignatures.sk_ecdsa_sha2_nistp256,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256,
            BuiltinSignatures.rsaSHA512_cert,
            BuiltinSignatures.rsaSHA256_cert,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.nistp256_cert,
            BuiltinSignatures.nistp384_cert,
            BuiltinSignatures.nistp521_cert);

    private Algorithms() {}

    static void apply(Settings.AlgorithmSet set, SshServer server) {
        boolean compat = set == Settings.AlgorithmSet.COMPAT;
        server.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(
                false, compat ? join(HYBRID, CURVE) : HYBRID, ServerBuilder.DH2KEX));
        server.setCipherFactories(List.copyOf(compat ? join(CHACHA, AES) : AES));
        server.setMacFactories(List.copyOf(MACS));
        server.setSignatureFactories(List.copyOf(SIGNATURES));
        // Tells the client which signatures a user's key may make (RFC 8308).
        server.setKexExtensionHandler(DefaultServerKexExtensionHandler.INSTANCE);
    }

    private static <T> List<T> join(List<T> first, List<T> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }
}
