package dev.sonde.shell;

import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;

/**
 * Public key authentication that remembers which key signed. MINA asks its {@code PublickeyAuthenticator} about keys that
 * a client merely names, before any signature: what is kept there would be the login of whoever names a listed key last.
 */
final class KeyAuthentication extends UserAuthPublicKey {

    private KeyAuthentication(List<NamedFactory<Signature>> factories) {
        super(factories);
    }

    @Override
    protected boolean verifySignature(
            ServerSession session,
            String username,
            String algorithm,
            PublicKey key,
            Buffer buffer,
            Signature verifier,
            byte[] signature)
            throws Exception {
        boolean verified = super.verifySignature(session, username, algorithm, key, buffer, verifier, signature);
        if (verified) {
            session.setAttribute(Sessions.KEY, AuthorizedKeys.encoded(key));
        }
        return verified;
    }

    /** Makes one for each attempt. */
    static final class Factory extends UserAuthPublicKeyFactory {
        @Override
        public UserAuthPublicKey createUserAuth(ServerSession session) throws IOException {
            return new KeyAuthentication(getSignatureFactories());
        }
    }
}
