package dev.slipway.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/// Gives tokens as docker's token specification says: to anyone for `public/`, to alice for all.
final class TokenServer implements AutoCloseable {
    private static final String ALICE =
            "Basic "
                    + Base64.getEncoder()
                            .encodeToString("alice:secret".getBytes(StandardCharsets.US_ASCII));

    private final HttpServer server;
    private final Certificates certificates;
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private boolean knowsPost = true;

    TokenServer(Certificates certificates) throws IOException {
        this.certificates = certificates;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", this::answer);
        server.start();
    }

    String realm() {
        return "http://localhost:" + server.getAddress().getPort() + "/token";
    }

    void forgetPost() {
        knowsPost = false;
    }

    /// `METHOD query-or-form authorization`
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String authorization =
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            String method = exchange.getRequestMethod();
            String asked = method.equals("POST") ? body : query;
            requests.add(method + " " + asked + " " + authorization);
            if (method.equals("POST") && !knowsPost) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            boolean refreshed = body.contains("refresh_token=good");
            boolean alice = authorization.equals(ALICE) || refreshed;
            if (!alice && !authorization.equals("null")) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            String name = refreshed ? "access_token" : "token";
            byte[] json =
                    ("{\"" + name + "\":\"" + token(asked, alice) + "\"}")
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
        } catch (java.security.GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String token(String asked, boolean alice)
            throws IOException, java.security.GeneralSecurityException {
        var access = new StringBuilder();
        for (String each : asked.split("&", -1)) {
            String value = URLDecoder.decode(each, StandardCharsets.UTF_8);
            if (!value.startsWith("scope=repository:")) {
                continue;
            }
            for (String scope : value.substring(6).split(" ", -1)) {
                String[] parts = scope.split(":", -1);
                boolean allowed = alice || parts[1].startsWith("public/");
                if (allowed) {
                    access.append(access.isEmpty() ? "" : ",")
                            .append("{\"type\":\"repository\",\"name\":\"")
                            .append(parts[1])
                            .append("\",\"actions\":[\"")
                            .append(parts[2].replace(",", "\",\""))
                            .append("\"]}");
                }
            }
        }
        long now = Instant.now().getEpochSecond();
        String certificate = pem(certificates.file("server.crt"));
        String head = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"" + certificate + "\"]}";
        String claims =
                "{\"iss\":\"test-issuer\",\"aud\":\"test-service\",\"sub\":\"x\",\"exp\":"
                        + (now + 300)
                        + ",\"nbf\":"
                        + (now - 10)
                        + ",\"iat\":"
                        + now
                        + ",\"jti\":\"1\",\"access\":["
                        + access
                        + "]}";
        String signed =
                encode(head.getBytes(StandardCharsets.UTF_8))
                        + "."
                        + encode(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        byte[] key = Base64.getDecoder().decode(pem(certificates.file("server.key")));
        signature.initSign(
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key)));
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + encode(signature.sign());
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String pem(Path file) throws IOException {
        var text = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("-----")) {
                text.append(line);
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
