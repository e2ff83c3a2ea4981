package dev.sonde.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.io.output.SecureByteArrayOutputStream;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The server's own key: Ed25519, made once, in OpenSSH's format, readable by its owner alone. */
final class HostKey {

    private HostKey() {}

    /** Loads the key; makes it when there is none. */
    static KeyPair loadOrMake(Path file) throws StartError {
        try {
            if (!Files.exists(file)) {
                KeyPairGenerator generator = SecurityUtils.getKeyPairGenerator("EdDSA");
                generator.initialize(255); // bits of the curve: Ed25519
                write(file, generator.generateKeyPair());
            }
            if (!Home.onlyWeMayWrite(file)
                    || Files.getPosixFilePermissions(file).stream()
                            .anyMatch(permission -> !Home.OURS.contains(permission))) {
                throw new StartError(
                        "the host key " + file + " can be read by others; make a new one (remove it), or if"
                                + " you know that nobody did: chmod 600 " + file);
            }
            try (InputStream in = Files.newInputStream(file)) {
                Iterable<KeyPair> pairs =
                        SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName(file.toString()), in, null);
                if (pairs != null) {
                    for (KeyPair pair : pairs) {
                        return pair;
                    }
                }
            }
            throw new StartError("the host key " + file + " holds no key; remove it and a new one is made");
        } catch (IOException | GeneralSecurityException e) {
            throw new StartError("the host key " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Complete or not there at all: a server that dies while it writes must find no half key afterwards. */
    private static void write(Path file, KeyPair pair) throws IOException, GeneralSecurityException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try (SecureByteArrayOutputStream bytes = new SecureByteArrayOutputStream()) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "sonde", null, bytes);
            try (var channel = Files.newByteChannel(
                            temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Home.ours());
                    OutputStream out = Channels.newOutputStream(channel)) {
                out.write(bytes.toByteArray());
            }
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
