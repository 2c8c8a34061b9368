package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/// Looks everywhere for the value of a secret: in all that a build keeps, writes, prints and runs.
class SecretTraceTest {
    private static final String DOCKERFILE =
            """
            FROM base
            ARG PUBLIC
            RUN --mount=type=secret,id=file,required --mount=type=secret,id=variable,env=TOKEN \\
                --mount=type=secret,id=variable,target=/opt/token --mount=type=ssh \\
                --mount=type=cache,target=/cache \\
                test "$(cat /run/secrets/file)" = "$(cat /opt/token)" && test -n "$TOKEN" && \\
                test "$TOKEN" = "$(cat /opt/token)" && echo ready && \\
                if [ -n "$WAIT" ]; then sleep 3; fi && echo "$PUBLIC" > /public && touch /cache/done
            COPY Dockerfile /copied
            """;

    @TempDir Path directory;
    private Slipway slipway = new Slipway(Path.of(""));
    private Path context = Path.of("");
    private Path secretFile = Path.of("");
    private String value = "";
    private String open = "";

    @BeforeEach
    void prepare() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        Tool.need(Tool.installed("ssh-keygen"), "ssh-keygen (Debian: openssh-client)");
        value = "hunter2/" + System.nanoTime() + "/correct horse battery staple";
        open = "everybody may see this " + System.nanoTime();
        slipway = new Slipway(directory.resolve("home"), Map.of("HUNTER", value));
        slipway.importBusybox(directory.resolve("base"));
        context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
        secretFile = Files.createDirectory(directory.resolve("secrets")).resolve("secret");
        Files.writeString(secretFile, value);
        Tool.run(
                Map.of(),
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                "",
                "-f",
                secretFile.resolveSibling("key").toString());
    }

    /// The forms in which bytes might be kept: themselves, in base64 at each of three places, in
    /// hex, and as their hash, which would let a guess be tested.
    private static List<String> forms(String secret) throws Exception {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        List<String> forms = new ArrayList<>(List.of(secret));
        for (int shift = 0; shift < 3; shift++) {
            byte[] shifted = new byte[bytes.length + shift];
            System.arraycopy(bytes, 0, shifted, shift, bytes.length);
            String base64 = Base64.getEncoder().encodeToString(shifted);
            forms.add(base64.substring(4, base64.length() - 4));
        }
        forms.add(HexFormat.of().formatHex(bytes));
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        forms.add(HexFormat.of().formatHex(sha256.digest(bytes)));
        return forms;
    }

    /// The files beneath `root` that hold `secret` in some form, archives and layers opened.
    private static List<String> traces(Path root, String secret) throws Exception {
        List<String> forms = forms(secret);
        List<String> found = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile()) {
                            byte[] content = Files.readAllBytes(file);
                            if (holds(content, forms) || holds(unzipped(content), forms)) {
                                found.add(file.toString());
                            }
                        }
                        if (holds(file.toString().getBytes(StandardCharsets.UTF_8), forms)) {
                            found.add("name of " + file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }

    private static boolean holds(byte[] content, List<String> forms) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return forms.stream().anyMatch(text::contains);
    }

    private static byte[] unzipped(byte[] content) throws IOException {
        boolean zipped = content.length > 2 && content[0] == 0x1f && (content[1] & 0xff) == 0x8b;
        if (!zipped) {
            return new byte[0];
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return in.readAllBytes();
        }
    }

    private String[] build(String... more) {
        List<String> arguments = new ArrayList<>(List.of("build", "--secret"));
        arguments.add("id=file,src=" + secretFile);
        arguments.addAll(List.of("--secret", "id=variable,env=HUNTER"));
        arguments.addAll(List.of("--ssh", "default=" + secretFile.resolveSibling("key")));
        arguments.addAll(List.of("--build-arg", "PUBLIC=" + open));
        arguments.addAll(List.of(more));
        arguments.add(context.toString());
        return arguments.toArray(String[]::new);
    }

    @Test
    void secret_leavesNoTraceAnywhere() throws Exception {
        Path out = Files.createDirectory(directory.resolve("out"));
        for (String progress : List.of("plain", "rawjson", "tty", "quiet")) {
            String printed =
                    slipway.run(
                            build("--no-cache", "--explain", "--progress", progress, "-t", "app"));
            Files.writeString(out.resolve("printed-" + progress), printed);
        }
        Files.writeString(out.resolve("history"), slipway.run("history", "--no-trunc", "app"));
        Files.writeString(out.resolve("inspect"), slipway.run("inspect", "app"));
        Files.writeString(out.resolve("plan"), slipway.run(build("--plan", "--format=json")));
        String metadata = out.resolve("metadata").toString();
        for (String type : List.of("docker", "oci", "tar")) {
            String archive = "type=" + type + ",dest=" + out.resolve(type + ".tar");
            slipway.run(build("-q", "-o", archive, "--metadata-file", metadata));
        }
        slipway.run(build("-q", "-o", out.resolve("files").toString()));
        slipway.run("save", "-o", out.resolve("saved.tar").toString(), "app");
        assertThat(traces(slipway.home(), value)).isEmpty();
        assertThat(traces(out, value)).isEmpty();
        String key = Files.readString(secretFile.resolveSibling("key"));
        assertThat(traces(directory, key.substring(100, 200)))
                .containsExactly(secretFile.resolveSibling("key").toString());
        // What is no secret is found by the same search: it does look.
        assertThat(traces(slipway.home().resolve("layers"), open)).isNotEmpty();
        assertThat(traces(slipway.home().resolve("cache"), open)).isNotEmpty();
        assertThat(traces(out, open))
                .contains(out.resolve("docker.tar").toString(), out.resolve("history").toString());
    }

    @Test
    void secret_isNeverAnArgument_andNotOnDisk_whileTheCommandRuns() throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                DOCKERFILE.replace("ARG PUBLIC", "ARG PUBLIC\nENV WAIT=1"));
        for (String runtime : List.of("embedded", "runc")) {
            Tool.need(runtime.equals("embedded") || Tool.installed(runtime), runtime);
            Path log = directory.resolve("log-" + runtime);
            String[] arguments = build("--no-cache", "--progress", "plain", "--runtime", runtime);
            Process process = slipway.start(log, arguments);
            while (process.isAlive() && !Files.readString(log).contains(" ready\n")) {
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            for (ProcessHandle each : ProcessHandle.allProcesses().toList()) {
                assertThat(commandLine(each.pid()))
                        .as("process " + each.pid())
                        .doesNotContain(value);
            }
            assertThat(traces(slipway.home(), value)).isEmpty();
            assertThat(process.waitFor()).as(Files.readString(log)).isZero();
            assertThat(Files.readString(log)).doesNotContain(value);
        }
    }

    private static String commandLine(long pid) throws IOException {
        try {
            return Files.readString(
                    Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            return ""; // it ended while it was read
        }
    }

    @Test
    void secret_ofAFailingCommand_isInNoMessageOrRecord() throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM base\nRUN --mount=type=secret,id=file --mount=type=secret,id=variable,env=TOKEN"
                        + " test -z \"$TOKEN\"\n");
        Tool.Outcome outcome = slipway.outcome(build("--progress", "plain"));
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("test -z \"$TOKEN\"").doesNotContain(value);
        assertThat(traces(slipway.home(), value)).isEmpty();
    }
}
