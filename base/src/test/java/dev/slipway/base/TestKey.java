package dev.slipway.base;

import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/// A signing key made for a test.
final class TestKey {
    private final PGPKeyPair pair;
    private final PGPPublicKey published;

    private TestKey(PGPKeyPair pair, PGPPublicKey published) {
        this.pair = pair;
        this.published = published;
    }

    static TestKey create() throws PGPException {
        return create(Instant.parse("2026-01-01T00:00:00Z"), Duration.ZERO);
    }

    /// @param validity zero: for ever
    static TestKey create(Instant created, Duration validity) throws PGPException {
        var generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        var pair =
                new BcPGPKeyPair(
                        PublicKeyPacket.VERSION_4,
                        PublicKeyAlgorithmTags.EDDSA_LEGACY,
                        generator.generateKeyPair(),
                        Date.from(created));
        var packets = new PGPSignatureSubpacketGenerator();
        packets.setKeyExpirationTime(true, validity.toSeconds());
        var certify = signer(pair, PGPSignature.POSITIVE_CERTIFICATION, HashAlgorithmTags.SHA256);
        certify.setHashedSubpackets(packets.generate());
        var user = "Test archive <archive@example.org>";
        var signature = certify.generateCertification(user, pair.getPublicKey());
        return new TestKey(
                pair, PGPPublicKey.addCertification(pair.getPublicKey(), user, signature));
    }

    TestKey revoked() throws PGPException {
        var revoke = signer(pair, PGPSignature.KEY_REVOCATION, HashAlgorithmTags.SHA256);
        var signature = revoke.generateCertification(published);
        return new TestKey(pair, PGPPublicKey.addCertification(published, signature));
    }

    private static PGPSignatureGenerator signer(PGPKeyPair pair, int type, int hash)
            throws PGPException {
        var generator =
                new PGPSignatureGenerator(
                        new BcPGPContentSignerBuilder(pair.getPublicKey().getAlgorithm(), hash),
                        pair.getPublicKey());
        generator.init(type, pair.getPrivateKey());
        return generator;
    }

    byte[] keyring() throws IOException {
        return published.getEncoded();
    }

    String armoredKey() throws IOException {
        return armored(published.getEncoded());
    }

    String clearSigned(String text) throws PGPException, IOException {
        return clearSigned(text, HashAlgorithmTags.SHA256, PGPSignature.CANONICAL_TEXT_DOCUMENT);
    }

    String clearSigned(String text, int hash, int type) throws PGPException, IOException {
        var generator = signer(pair, type, hash);
        var escaped = new StringBuilder();
        var canonical = new StringBuilder();
        for (var line : text.lines().toList()) {
            canonical.append(canonical.isEmpty() ? "" : "\r\n").append(line.stripTrailing());
            escaped.append(line.startsWith("-") ? "- " : "").append(line).append('\n');
        }
        generator.update(canonical.toString().getBytes(StandardCharsets.UTF_8));
        return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
                + escaped
                + armored(generator.generate().getEncoded());
    }

    String detached(byte[] content) throws PGPException, IOException {
        var generator = signer(pair, PGPSignature.BINARY_DOCUMENT, HashAlgorithmTags.SHA512);
        generator.update(content);
        return armored(generator.generate().getEncoded());
    }

    private static String armored(byte[] packets) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var armor = ArmoredOutputStream.builder().clearHeaders().build(out)) {
            armor.write(packets);
        }
        return out.toString(StandardCharsets.US_ASCII);
    }
}
