package dev.slipway.build;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;

/// A private key that an agent signs with.
///
/// @param type as ssh names it, such as `ssh-ed25519`
/// @param publicBlob the public key in ssh's form, RFC 4253 section 6.6
@SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals only
record SshKey(String type, byte[] publicBlob, String comment, PrivateKey key) {
    // draft-ietf-sshm-ssh-agent, section 3.6.1
    private static final int RSA_SHA2_256 = 2;
    private static final int RSA_SHA2_512 = 4;

    boolean hasPublic(byte[] blob) {
        return Arrays.equals(publicBlob, blob);
    }

    /// A signature of `data`, in ssh's form.
    ///
    /// @param flags which hash an RSA key is to use
    byte[] sign(byte[] data, int flags) throws IOException {
        try {
            if (type.equals("ssh-rsa")) {
                return rsa(data, flags);
            }
            if (type.equals("ssh-ed25519")) {
                return signature(type, sign("Ed25519", data));
            }
            return ecdsa(data);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot sign with the key " + comment, e);
        }
    }

    private byte[] rsa(byte[] data, int flags) throws GeneralSecurityException {
        if ((flags & RSA_SHA2_512) != 0) {
            return signature("rsa-sha2-512", sign("SHA512withRSA", data));
        }
        return (flags & RSA_SHA2_256) != 0
                ? signature("rsa-sha2-256", sign("SHA256withRSA", data))
                : signature("ssh-rsa", sign("SHA1withRSA", data));
    }

    /// RFC 5656 section 3.1.2: two numbers, whose lengths vary.
    private byte[] ecdsa(byte[] data) throws GeneralSecurityException {
        var hash = type.endsWith("256") ? "SHA256" : type.endsWith("384") ? "SHA384" : "SHA512";
        var both = sign(hash + "withECDSAinP1363Format", data);
        int half = both.length / 2;
        var numbers = new SshWire.Writer();
        numbers.mpint(new BigInteger(1, both, 0, half));
        numbers.mpint(new BigInteger(1, both, half, half));
        return signature(type, numbers.bytes());
    }

    private byte[] sign(String algorithm, byte[] data) throws GeneralSecurityException {
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(data);
        return signature.sign();
    }

    private static byte[] signature(String algorithm, byte[] value) {
        return new SshWire.Writer().text(algorithm).string(value).bytes();
    }

    /// Without the key.
    @Override
    public String toString() {
        return "SshKey[" + type + " " + comment + "]";
    }
}
