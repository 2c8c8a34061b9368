package dev.slipway.distribution;

import java.nio.file.Files;
import java.nio.file.Path;

/// An authority of our own, made by openssl, with a server's and a client's certificate.
record Certificates(Path directory) {
    static Certificates make(Path directory) throws Exception {
        Tools.need("openssl");
        Files.createDirectories(directory);
        var made = new Certificates(directory);
        openssl(
                "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=test-authority -keyout "
                        + made.file("ca.key")
                        + " -out "
                        + made.file("ca.crt"));
        made.sign("server", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        made.sign("client", "extendedKeyUsage=clientAuth");
        return made;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    private void sign(String name, String extension) throws Exception {
        Path extensions = Files.writeString(file(name + ".ext"), extension);
        openssl(
                "req -newkey rsa:2048 -nodes -subj /CN="
                        + name
                        + " -keyout "
                        + file(name + ".key")
                        + " -out "
                        + file(name + ".csr"));
        openssl(
                "x509 -req -days 30 -in "
                        + file(name + ".csr")
                        + " -CA "
                        + file("ca.crt")
                        + " -CAkey "
                        + file("ca.key")
                        + " -CAcreateserial -extfile "
                        + extensions
                        + " -out "
                        + file(name + ".crt"));
    }

    private static void openssl(String arguments) throws Exception {
        Tools.run(("openssl " + arguments).split(" ", -1));
    }
}
