package dev.slipway.distribution.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Makes sockets for TLS out of PEM files.
final class TlsContexts {
    /// Where systems keep their authorities, which are not always those Java brings.
    private static final List<String> SYSTEM_BUNDLES =
            List.of("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt");

    private TlsContexts() {}

    static SSLSocketFactory factory(TlsFiles files) throws IOException {
        if (files.equals(TlsFiles.SYSTEM) && !Files.exists(Path.of(SYSTEM_BUNDLES.getFirst()))) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager trust =
                    files.verify() ? new Trust(files.authorities()) : new TrustAnything();
            context.init(keys(files), new TrustManager[] {trust}, new SecureRandom());
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private static KeyManager @Nullable [] keys(TlsFiles files)
            throws IOException, GeneralSecurityException {
        Path certificate = files.certificate();
        Path key = files.key();
        if (certificate == null || key == null) {
            return null;
        }
        KeyStore store = empty();
        char[] none = new char[0];
        Certificate[] chain = read(certificate).toArray(Certificate[]::new);
        store.setKeyEntry("client", PemKeys.read(key), none, chain);
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static List<X509Certificate> read(Path pem) throws IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            var found = new ArrayList<X509Certificate>();
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) each);
            }
            return found;
        } catch (CertificateException e) {
            throw new IOException("cannot read the certificates in " + pem, e);
        }
    }

    private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("no X.509 trust manager");
    }

    /// Trusts whom Java trusts, and if that fails whom the files and the system trust: reading
    /// these takes time that most connections need not spend.
    private static final class Trust extends X509ExtendedTrustManager {
        private final List<Path> authorities;
        private final X509ExtendedTrustManager java;
        private @Nullable X509ExtendedTrustManager further;

        Trust(List<Path> authorities) throws GeneralSecurityException {
            this.authorities = authorities;
            this.java = manager(null);
        }

        private synchronized X509ExtendedTrustManager further() throws CertificateException {
            if (further == null) {
                try {
                    KeyStore store = empty();
                    var files = new ArrayList<>(authorities);
                    for (String bundle : SYSTEM_BUNDLES) {
                        files.add(Path.of(bundle));
                    }
                    int count = 0;
                    for (Path file : files) {
                        if (Files.isReadable(file)) {
                            for (X509Certificate each : read(file)) {
                                store.setCertificateEntry("authority-" + count++, each);
                            }
                        }
                    }
                    further = manager(store);
                } catch (IOException | GeneralSecurityException e) {
                    throw new CertificateException(e.getMessage(), e);
                }
            }
            return further;
        }

        private interface Check {
            void by(X509ExtendedTrustManager manager) throws CertificateException;
        }

        private void check(Check check) throws CertificateException {
            try {
                check.by(java);
            } catch (CertificateException e) {
                try {
                    check.by(further());
                } catch (CertificateException again) {
                    e.addSuppressed(again);
                    throw e;
                }
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(by -> by.checkServerTrusted(chain, type, socket));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(by -> by.checkServerTrusted(chain, type, engine));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(by -> by.checkServerTrusted(chain, type));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return java.getAcceptedIssuers();
        }
    }

    /// For registries that the user declared insecure. Extends the class so that names are not
    /// checked either.
    private static final class TrustAnything extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
