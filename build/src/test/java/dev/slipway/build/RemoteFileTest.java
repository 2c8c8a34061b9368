package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/// ADD of web addresses.
class RemoteFileTest {
    private static final String MODIFIED = "Tue, 14 Nov 2023 22:13:20 GMT";
    private static final long MODIFIED_SECONDS = 1_700_000_000;

    @TempDir Path directory;
    private Bench bench;
    private WebServer web;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        web = WebServer.start();
    }

    @AfterEach
    void close() throws IOException {
        web.close();
        bench.close();
    }

    private static String sha256(String text) throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }

    private String add(String words) {
        return "FROM scratch\nADD " + words.replace("WEB", web.address()) + "\n";
    }

    @Test
    void add_modeTimeAndNameAreThoseOfBuildKit() throws Exception {
        web.file("/dir/a%20b.txt", "hello", "\"1\"", MODIFIED);
        web.file("/dir/a b.txt", "hello", "\"1\"", MODIFIED);
        var result = bench.build(add("WEB/dir/a%20b.txt?x=1 /to/"));
        var entry = bench.entry(result, "to/a b.txt");
        assertThat(entry.mode()).isEqualTo(0600);
        assertThat(entry.uid()).isZero();
        assertThat(entry.mtime()).isEqualTo(new Timespec(MODIFIED_SECONDS, 0));
        assertThat(bench.text(result, "to/a b.txt")).isEqualTo("hello");
    }

    @Test
    void add_toAName_withChmodAndChown() throws Exception {
        web.bytes("/x", "1".getBytes(StandardCharsets.UTF_8));
        var result = bench.build(add("--chmod=0751 --chown=5:6 WEB/x /usr/bin/tool"));
        var entry = bench.entry(result, "usr/bin/tool");
        assertThat(entry.mode()).isEqualTo(0751);
        assertThat(entry.uid()).isEqualTo(5);
        assertThat(entry.gid()).isEqualTo(6);
        assertThat(entry.mtime()).isEqualTo(new Timespec(0, 0));
    }

    @Test
    void add_withoutNameInTheAddress_takesTheServersOrUnnamed() throws Exception {
        web.on(
                "/",
                exchange -> {
                    exchange.getResponseHeaders()
                            .add("Content-Disposition", "attachment; filename=\"../../evil.sh\"");
                    WebServer.send(exchange, 200, "x".getBytes(StandardCharsets.UTF_8));
                });
        var result = bench.build(add("WEB/ /to/"));
        assertThat(bench.text(result, "to/evil.sh")).isEqualTo("x");

        web.bytes("/", "y".getBytes(StandardCharsets.UTF_8));
        result = bench.build(add("WEB/ /to/"));
        assertThat(bench.text(result, "to/__unnamed__")).isEqualTo("y");
    }

    @Test
    void add_nameThatIsAPattern_isTakenLiterally() throws Exception {
        web.bytes("/a[1]*.txt", "x".getBytes(StandardCharsets.UTF_8));
        var result = bench.build(add("WEB/a%5B1%5D%2A.txt /to/"));
        assertThat(bench.text(result, "to/a[1]*.txt")).isEqualTo("x");
    }

    @Test
    void rebuild_asksOnceAndDownloadsNothing() throws Exception {
        web.file("/f", "hello", "\"1\"", MODIFIED);
        bench.build(add("WEB/f /f"));
        web.forgetRequests();
        bench.reopen();
        bench.build(add("WEB/f /f"));
        assertThat(web.requests()).containsExactly("GET /f 304");
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void rebuild_serverThatKnowsNoConditions_sameTagIsNotDownloaded() throws Exception {
        web.on(
                "/f",
                exchange -> {
                    exchange.getResponseHeaders().add("ETag", "\"same\"");
                    // Never sends what it promises: a download would fail.
                    boolean again = exchange.getRequestHeaders().containsKey("If-None-Match");
                    if (again) {
                        exchange.sendResponseHeaders(200, 5);
                        exchange.getResponseBody().write('h');
                        exchange.getResponseBody().flush();
                    } else {
                        WebServer.send(exchange, 200, "hello".getBytes(StandardCharsets.UTF_8));
                    }
                });
        bench.build(add("WEB/f /f"));
        bench.build(add("WEB/f /f"));
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void rebuild_changedContent_isExplainedByTheFile() throws Exception {
        web.file("/f", "hello", "\"1\"", MODIFIED);
        bench.build(add("WEB/f /f"));
        web.file("/f", "other", "\"2\"", MODIFIED);
        bench.build(add("WEB/f /f"));
        assertThat(bench.reasons())
                .containsExactly(
                        "ADD " + web.address() + "/f /f — f: 1 of 1 file changed: f (content)");
    }

    @Test
    void rebuild_changedSignatureInTheQuery_isStillCached() throws Exception {
        web.file("/f", "hello", "\"1\"", MODIFIED);
        bench.build(add("WEB/f?signature=1 /f"));
        bench.build(add("WEB/f?signature=2 /f"));
        assertThat(bench.made()).noneMatch(step -> step.startsWith("ADD"));
    }

    @Test
    void checksum_thatFits_needsNoServerTheSecondTime() throws Exception {
        web.file("/f", "hello", "\"1\"", MODIFIED);
        var words = "--checksum=sha256:" + sha256("hello") + " WEB/f /f";
        bench.build(add(words));
        web.forgetRequests();
        bench.build(add(words), request -> request.noCache(true));
        assertThat(web.requests()).isEmpty();
        assertThat(bench.made()).contains("ADD " + words.replace("WEB", web.address()));
    }

    @Test
    void checksum_thatDoesNotFit_failsAndKeepsNothing() throws Exception {
        web.file("/f", "hello", "\"1\"", MODIFIED);
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(
                        () -> bench.build(add("--checksum=sha256:" + sha256("x") + " WEB/f /f")))
                .withMessageContaining("sha256:" + sha256("hello"))
                .withMessageContaining("sha256:" + sha256("x"))
                .satisfies(
                        e -> assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:2"));
        try (var files = Files.walk(bench.home.resolve("cache/http"))) {
            assertThat(files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()))
                    .doesNotContain("f");
        }
    }

    @Test
    void checksum_ofLocalFile_isRefused() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> {
                    bench.file("a", "x");
                    bench.build("FROM scratch\nADD --checksum=sha256:" + sha256("x") + " a /\n");
                })
                .withMessageContaining("--checksum is for one remote source");
    }

    @Test
    void unpack_onlyWhenAsked() throws Exception {
        var tar = new Tar().file("in/a", "1").bytes();
        web.bytes("/x.tar", tar);
        var whole = bench.build(add("WEB/x.tar /to/"));
        assertThat(bench.entry(whole, "to/x.tar").size()).isEqualTo(tar.length);
        var unpacked = bench.build(add("--unpack WEB/x.tar /to/"));
        assertThat(bench.text(unpacked, "to/in/a")).isEqualTo("1");
    }

    @Test
    void severalSources_fromEverywhere_inOneLayer() throws Exception {
        web.bytes("/one/f1", "1".getBytes(StandardCharsets.UTF_8));
        web.bytes("/two/f2", "2".getBytes(StandardCharsets.UTF_8));
        bench.file("local", "3");
        var result = bench.build(add("WEB/one/f1 local WEB/two/f2 /to/"));
        assertThat(bench.text(result, "to/f1")).isEqualTo("1");
        assertThat(bench.text(result, "to/f2")).isEqualTo("2");
        assertThat(bench.text(result, "to/local")).isEqualTo("3");
        assertThat(bench.config(result).diffIds()).hasSize(1);
    }

    @Test
    void token_goesToItsHostAndNotToWhereItRedirects() throws Exception {
        web.bytes("/private", "x".getBytes(StandardCharsets.UTF_8));
        web.redirect("/away", 302, web.otherAddress() + "/private");
        web.redirect("/here", 307, "/private");
        bench.build(
                add("WEB/away WEB/here /to/"),
                request ->
                        request.secret(
                                "HTTP_AUTH_TOKEN_localhost",
                                SecretSource.of("t0ken".getBytes(StandardCharsets.UTF_8))));
        assertThat(web.logins).containsExactly("Bearer t0ken", "-", "Bearer t0ken", "Bearer t0ken");
    }

    @Test
    void header_isSentAsItIs() throws Exception {
        web.bytes("/private", "x".getBytes(StandardCharsets.UTF_8));
        bench.build(
                add("WEB/private /"),
                request ->
                        request.secret(
                                "HTTP_AUTH_HEADER_localhost",
                                SecretSource.of("Digest abc\n".getBytes(StandardCharsets.UTF_8))));
        assertThat(web.logins).containsExactly("Digest abc");
    }

    @Test
    void userAndPassword_areUsedAndKeptNowhere() throws Exception {
        web.bytes("/private", "x".getBytes(StandardCharsets.UTF_8));
        var address = web.address().replace("//", "//user:s3cr3t-w0rd@");
        var result = bench.build("FROM scratch\nADD " + address + "/private /\n");
        assertThat(web.logins).containsExactly("Basic dXNlcjpzM2NyM3QtdzByZA==");
        assertThat(bench.config(result).history().toString())
                .contains("ADD http://xxxxx@localhost");
        assertThat(bench.events.toString()).doesNotContain("s3cr3t");
        bench.close();
        Traces.assertNone(bench.home, "s3cr3t-w0rd");
        Traces.assertNone(bench.home, "dXNlcjpzM2NyM3QtdzByZA==");
    }

    @Test
    void failure_saysWhatTheServerAnswered() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("WEB/none /")))
                .withMessage(
                        "cannot get "
                                + web.address()
                                + "/none: the server answered 404"
                                + " (not found)")
                .satisfies(e -> assertThat(e.hint()).isEqualTo("check the address"));
        web.on("/private", exchange -> WebServer.send(exchange, 401, new byte[0]));
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("WEB/private /")))
                .satisfies(e -> assertThat(e.hint()).contains("HTTP_AUTH_TOKEN_localhost"));
    }

    @Test
    void failure_connectionThatBreaks_isNoEndOfTheFile() {
        web.on(
                "/f",
                exchange -> {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().write(new byte[10]);
                    exchange.getResponseBody().flush();
                });
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("WEB/f /")))
                .withMessageContaining("cannot get");
    }

    @Test
    void redirects_inACircle_end() {
        web.redirect("/f", 302, "/f");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("WEB/f /")))
                .withMessageContaining("redirects more than 10 times");
    }

    @Test
    void redirect_toAFile_isRefused() throws Exception {
        web.redirect("/f", 302, "file:///etc/passwd");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("WEB/f /")))
                .withMessageContaining("redirects to file:///etc/passwd");
    }

    @Test
    void proxy_isAskedExceptForExemptHosts() throws Exception {
        web.bytes("/f", "x".getBytes(StandardCharsets.UTF_8));
        web.bytes("/g", "y".getBytes(StandardCharsets.UTF_8));
        var result =
                bench.build(
                        "FROM scratch\nADD http://files.example.org/f /\n",
                        request -> request.buildArg("http_proxy", web.address()));
        assertThat(bench.text(result, "f")).isEqualTo("x");
        assertThat(web.requests()).containsExactly("GET /f 200");
        bench.build(
                add("WEB/g /"),
                request ->
                        request.proxy("http_proxy", "http://127.0.0.1:1")
                                .proxy("no_proxy", "example.org, localhost"));
        assertThat(web.requests()).containsExactly("GET /f 200", "GET /g 200");
    }

    @Test
    void damagedDownload_inTheStore_isFound() throws Exception {
        web.file("/f", "hello", "\"1\"", MODIFIED);
        bench.build(add("WEB/f /f"));
        try (var files = Files.walk(bench.home.resolve("cache/http"))) {
            for (var file : files.filter(f -> f.endsWith("f")).toList()) {
                Files.writeString(file, "jello");
            }
        }
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("WEB/f /f")))
                .withMessageContaining("damaged");
    }
}
