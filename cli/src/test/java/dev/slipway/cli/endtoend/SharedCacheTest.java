package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Two machines, which are two stores, and every kind of cache that they can share.
class SharedCacheTest {
    @TempDir private static Path shared;
    private static LocalRegistry registry;
    private static String host;
    private static S3Server bucket;
    private static ActionsServer actions;

    @TempDir private Path work;
    private Slipway first;
    private Slipway second;

    /// A kind of cache: how it is written and read.
    enum Kind {
        REGISTRY {
            @Override
            String to(Path work) {
                return "type=registry,mode=max,ref=" + host + "/cache:1";
            }

            @Override
            String from(Path work) {
                return host + "/cache:1";
            }
        },
        REGISTRY_INDEX {
            @Override
            String to(Path work) {
                return "type=registry,mode=max,image-manifest=false,ref=" + host + "/cache:2";
            }

            @Override
            String from(Path work) {
                return "type=registry,ref=" + host + "/cache:2";
            }
        },
        LOCAL {
            @Override
            String to(Path work) {
                return "type=local,mode=max,dest=" + work.resolve("cache");
            }

            @Override
            String from(Path work) {
                return "type=local,src=" + work.resolve("cache");
            }
        },
        S3 {
            @Override
            String to(Path work) {
                return bucket.fields("main") + ",mode=max";
            }

            @Override
            String from(Path work) {
                return bucket.fields("main");
            }
        },
        GITHUB_ACTIONS {
            @Override
            String to(Path work) {
                return "type=gha,mode=max";
            }

            @Override
            String from(Path work) {
                return "type=gha";
            }
        },
        INLINE {
            @Override
            String to(Path work) {
                return "type=inline";
            }

            @Override
            String from(Path work) {
                return host + "/app:1";
            }
        };

        abstract String to(Path work);

        abstract String from(Path work);
    }

    @BeforeAll
    static void start() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        registry = LocalRegistry.start(shared);
        host = registry.host();
        bucket = new S3Server();
        actions = new ActionsServer();
        Slipway maker = new Slipway(shared.resolve("maker"));
        maker.importBusybox(shared.resolve("busybox"));
        maker.run("push", "base", host + "/base:1");
    }

    @AfterAll
    static void stop() throws Exception {
        if (registry != null) {
            registry.close();
        }
        if (bucket != null) {
            bucket.stop();
        }
        if (actions != null) {
            actions.close();
        }
    }

    @BeforeEach
    void stores() {
        first = machine("first");
        second = machine("second");
    }

    private Slipway machine(String name) {
        Map<String, String> environment =
                new HashMap<>(actions.job(2, ActionsServer.token("refs/heads/main", "3")));
        environment.put("AWS_ACCESS_KEY_ID", S3Server.KEY_ID);
        environment.put("AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
        return new Slipway(work.resolve(name), environment);
    }

    private String context(String last) throws IOException {
        Path context = Files.createDirectories(work.resolve("context"));
        Files.writeString(context.resolve("file"), "content\n");
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM %1$s/base:1 AS tool
                RUN busybox date +%%N > /made
                FROM %1$s/base:1
                COPY --from=tool /made /made
                COPY file /file
                RUN busybox date +%%N > /when
                RUN %2$s
                LABEL a=b
                """
                        .formatted(host, last));
        return context.toString();
    }

    private static String build(Slipway slipway, String context, String... flags) {
        List<String> arguments = new ArrayList<>(List.of("build", "--progress=plain"));
        arguments.addAll(List.of(flags));
        arguments.add(context);
        return slipway.run(arguments.toArray(String[]::new));
    }

    private static String id(Slipway slipway, String name) {
        return slipway.run("images", "-q", "--no-trunc", name);
    }

    @ParameterizedTest
    @EnumSource
    void secondMachine_runsNothing_andHandsTheWholeCacheOn(Kind kind) throws Exception {
        String app = host + "/app:1";
        String to = kind.to(work);
        String from = kind.from(work);
        String context = context("true");
        String out = "-otype=image,push=true";
        String made = build(first, context, "--cache-to", to, out, "-t", app);
        assertThat(made).contains("5 steps done, 0 from the cache");

        String found =
                build(second, context, "--cache-from", from, "--cache-to", to, out, "-t", app);
        assertThat(found).contains("0 steps done").doesNotContain("WARNING");
        assertThat(id(second, app)).isEqualTo(id(first, app)).isNotEmpty();

        // The second build saw only the last step's record, and yet wrote those of all steps.
        Slipway third = machine("third");
        String changed = build(third, context("echo changed"), "--cache-from", from, "-t", "a");
        assertThat(changed).contains("1 step done");
        assertThat(third.read("a", "/when")).isEqualTo(first.read(app, "/when"));
    }

    /// How many blobs of a layout or store are layers of which form.
    private static Map<String, Integer> forms(Path blobs) throws IOException {
        Map<String, Integer> forms = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(blobs.resolve("sha256"))) {
            for (Path file : files) {
                byte[] content = Files.readAllBytes(file);
                String start = HexFormat.of().formatHex(content, 0, Math.min(4, content.length));
                boolean tar =
                        content.length >= 512
                                && new String(content, 257, 5, StandardCharsets.US_ASCII)
                                        .equals("ustar");
                if (start.startsWith("1f8b")) {
                    forms.merge("gzip", 1, Integer::sum);
                } else if (start.equals("28b52ffd")) {
                    forms.merge("zstd", 1, Integer::sum);
                } else if (tar) {
                    forms.merge("uncompressed", 1, Integer::sum);
                }
            }
        }
        return forms;
    }

    /// The forms of the layers that a cache has now, by what it says itself of them.
    private Set<String> written(Kind kind) throws Exception {
        String text =
                switch (kind) {
                    case REGISTRY -> first.run("manifest", "inspect", host + "/cache:1");
                    case S3 -> {
                        List<String> keys = new ArrayList<>(bucket.keys());
                        keys.removeIf(key -> !key.endsWith("manifests/main"));
                        yield new String(bucket.read(keys.getFirst()), StandardCharsets.UTF_8);
                    }
                    case GITHUB_ACTIONS -> {
                        List<String> indexes = new ArrayList<>(actions.keys());
                        indexes.removeIf(key -> !key.startsWith("index-"));
                        byte[] last = actions.content(indexes.getLast());
                        yield new String(last, StandardCharsets.UTF_8);
                    }
                    case LOCAL -> "";
                    case REGISTRY_INDEX, INLINE -> throw new IllegalArgumentException();
                };
        Set<String> forms = new TreeSet<>();
        if (kind == Kind.LOCAL) {
            forms.addAll(forms(work.resolve("cache/blobs")).keySet());
        }
        Matcher types = Pattern.compile("layer\\.v1\\.tar(\\+gzip|\\+zstd)?").matcher(text);
        while (types.find()) {
            forms.add(types.group(1) == null ? "uncompressed" : types.group(1).substring(1));
        }
        return forms;
    }

    @ParameterizedTest
    @CsvSource({
        "REGISTRY, 'compression=zstd,compression-level=1', zstd",
        "REGISTRY, compression=uncompressed, uncompressed",
        "LOCAL, compression=zstd, zstd",
        "LOCAL, compression-level=0, gzip",
        "S3, compression=uncompressed, uncompressed",
        "S3, compression=zstd, zstd",
        "GITHUB_ACTIONS, compression=zstd, zstd",
        "GITHUB_ACTIONS, compression=uncompressed, uncompressed",
    })
    void layersOfACache_areCompressedAsTheUserSays(Kind kind, String compression, String form)
            throws Exception {
        String context = context("true");
        build(first, context, "--cache-to", kind.to(work) + "," + compression, "-t", "a");
        String from = kind.from(work);
        assertThat(written(kind)).containsExactly(form);

        // What came stays as it is, unless it is forced.
        Path kept = work.resolve("kept");
        String found =
                build(
                        second,
                        context,
                        "--cache-from",
                        from,
                        "--cache-to",
                        "type=local,mode=max,compression=gzip,dest=" + kept,
                        "-t",
                        "a");
        assertThat(found).contains("0 steps done").doesNotContain("WARNING");
        assertThat(id(second, "a")).isEqualTo(id(first, "a")).isNotEmpty();
        String stays = form.equals("uncompressed") ? "gzip" : form;
        assertThat(forms(kept.resolve("blobs"))).containsOnlyKeys(stays);

        String other = form.equals("zstd") ? "gzip" : "zstd";
        Path forced = work.resolve("forced");
        build(
                second,
                context,
                "--cache-to",
                "type=local,mode=max,force-compression=true,dest="
                        + forced
                        + ",compression="
                        + other,
                "-t",
                "a");
        assertThat(forms(forced.resolve("blobs"))).containsOnlyKeys(other);
    }

    @ParameterizedTest
    @CsvSource({
        "compression=lz4, there are gzip",
        "compression=estargz, is not available",
        "compression-level=x, is no such number",
        "'compression=gzip,compression-level=10', levels 0 to 9",
        "force-compression=perhaps, true or false",
    })
    void compressionThatIsNone_isToldBeforeTheBuild(String field, String told) throws Exception {
        Tool.Outcome outcome =
                first.outcome(
                        "build",
                        "--cache-to",
                        "type=local,dest=" + work.resolve("cache") + "," + field,
                        context("true"));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.output()).contains("--cache-to", told);
    }

    private String mountContext(String last) throws IOException {
        Path context = Files.createDirectories(work.resolve("context"));
        String mount = "RUN --mount=type=cache,id=the/id,target=/c ";
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM "
                        + host
                        + "/base:1\n"
                        + mount
                        + "busybox test -e /c/f || busybox echo warm > /c/f\n"
                        + mount
                        + last
                        + "\n");
        return context.toString();
    }

    private static final String SEE = "busybox cat /c/f > /seen || busybox echo none > /seen";

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INLINE")
    void cacheMounts_travelToWhereThereAreNone(Kind kind) throws Exception {
        String to = kind.to(work) + ",mounts=true";
        String from = kind.from(work);
        String with =
                (from.contains("type=") ? from : "type=registry,ref=" + from) + ",mounts=true";
        build(first, mountContext("busybox true"), "--cache-to", to, "-t", "a");
        // Nothing is run here, so no mount is needed; it is handed on all the same.
        String handedOn =
                build(
                        second,
                        mountContext("busybox true"),
                        "--cache-from",
                        from,
                        "--cache-to",
                        to,
                        "-t",
                        "a");
        assertThat(handedOn).contains("0 steps done").doesNotContain("cache mount");

        Slipway third = machine("third");
        String filled = build(third, mountContext(SEE), "--cache-from", with, "-t", "a");
        assertThat(filled).contains("1 step done").contains(": cache mount the/id");
        assertThat(third.read("a", "/seen")).isEqualTo("warm\n");

        build(second, mountContext(SEE), "--cache-from", from, "-t", "a");
        assertThat(second.read("a", "/seen")).isEqualTo("none\n");

        Slipway fourth = machine("fourth");
        build(fourth, mountContext("busybox echo mine > /c/f"), "-t", "a");
        build(fourth, mountContext(SEE + " # 2"), "--cache-from", with, "-t", "a");
        assertThat(fourth.read("a", "/seen")).isEqualTo("mine\n");
    }

    @Test
    void cacheMountThatIsDamaged_isAWarning() throws Exception {
        String directory = work.resolve("cache").toString();
        build(
                first,
                mountContext("busybox true"),
                "--cache-to",
                "type=local,mounts=true,dest=" + directory);
        Path blobs = Path.of(directory, "blobs/sha256");
        int damaged = 0;
        try (var files = Files.list(blobs)) {
            for (Path file : files.toList()) {
                byte[] content = Files.readAllBytes(file);
                if (content.length > 4 && content[0] == 0x28 && (content[1] & 0xff) == 0xb5) {
                    content[content.length - 1] ^= 1; // the archive: it is zstd
                    Files.write(file, content);
                    damaged++;
                }
            }
        }
        assertThat(damaged).isEqualTo(1);
        String output =
                build(
                        second,
                        mountContext(SEE),
                        "--cache-from",
                        "type=local,mounts=true,src=" + directory,
                        "-t",
                        "a");
        assertThat(output).contains("WARNING: the cache mount the/id of the cache");
        assertThat(second.read("a", "/seen")).isEqualTo("none\n");
    }

    @Test
    void inlineCache_withSourceDateEpoch_isTheSameWhoeverBuilds() throws Exception {
        String context = context("true");
        Files.writeString(
                Path.of(context, "Dockerfile"),
                "FROM " + host + "/base:1\nCOPY file /\nRUN echo a > /a\n");
        String epoch = "--build-arg=SOURCE_DATE_EPOCH=1700000000";
        build(first, context, epoch, "--cache-to=type=inline", "-t", "a");
        build(second, context, epoch, "--build-arg=BUILDKIT_INLINE_CACHE=1", "-t", "a");
        build(second, context, epoch, "-t", "plain");

        assertThat(id(second, "a")).isEqualTo(id(first, "a")).isNotEqualTo(id(second, "plain"));
    }

    @Test
    void inlineCache_ofAnImageThatWasPulledBefore_needsNoRegistry() throws Exception {
        String context = context("true");
        build(first, context, "--cache-to=type=inline", "-t", "app");
        first.run("save", "-o", work.resolve("app.tar").toString(), "app");
        second.run("load", "-i", work.resolve("app.tar").toString());
        second.run("tag", "app", host + "/never:1");
        String found = build(second, context, "--cache-from", host + "/never:1", "-t", "b");
        assertThat(found).contains("0 steps done").doesNotContain("WARNING");
    }

    @Test
    void inlineCache_ofSeveralPlatforms_holdsEach() throws Exception {
        Path context = Files.createDirectories(work.resolve("context"));
        Files.writeString(context.resolve("file"), "content\n");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY file /\nWORKDIR /w\n");
        String[] flags = {"--platform=linux/amd64,linux/arm64", "-t", host + "/multi:1"};
        first.run(
                "build",
                "--cache-to=type=inline",
                "--push",
                flags[0],
                flags[1],
                flags[2],
                context.toString());
        String found =
                build(
                        second,
                        context.toString(),
                        "--cache-from",
                        host + "/multi:1",
                        flags[0],
                        flags[1],
                        flags[2]);
        assertThat(found).contains("0 steps done");
    }

    /// BuildKit says "ERROR" beside an import when a cache cannot be read or makes no sense to it.
    /// Its keys are not ours: neither finds the other's steps, and neither complains.
    @Test
    void buildKit_readsOurCaches_andWeReadIts() throws Exception {
        Tool.need(DockerDaemon.available(), "root and dockerd (Debian: docker.io)");
        Path context = Files.createDirectories(work.resolve("context"));
        Files.writeString(context.resolve("file"), "content\n");
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM "
                        + host
                        + "/base:1\nCOPY file /\n"
                        + "RUN --mount=type=cache,target=/c busybox touch /c/f\n"
                        + "RUN busybox touch /a\n");
        String of = "type=registry,mode=max,mounts=true,ref=" + host;
        build(
                first,
                context.toString(),
                "--cache-to=type=inline",
                "--cache-to=" + of + "/for-buildkit:manifest",
                "--cache-to=" + of + "/for-buildkit:index,image-manifest=false",
                "--push",
                "-t",
                host + "/for-buildkit:inline");
        try (DockerDaemon docker = DockerDaemon.start(work)) {
            for (String tag : List.of("inline", "manifest", "index")) {
                String name = host + "/for-buildkit:" + tag;
                String[] line = {
                    "build",
                    "--progress=plain",
                    "--network=none",
                    "--cache-from=" + name,
                    "--build-arg=BUILDKIT_INLINE_CACHE=1",
                    "--tag=" + host + "/of-buildkit:1",
                    context.toString()
                };
                assertThat(docker.mustDocker(line))
                        .contains("importing cache manifest from " + name)
                        .doesNotContain("ERROR");
            }
            docker.mustDocker("push", host + "/of-buildkit:1");
        }
        String found = build(second, context.toString(), "--cache-from", host + "/of-buildkit:1");
        assertThat(found)
                .contains("is BuildKit's, whose keys differ")
                .contains("3 steps done, 0 from the cache")
                .doesNotContain("WARNING");
    }

    @Test
    void squashedImage_keepsNoInlineCache_andSaysSo() throws Exception {
        String output = build(first, context("true"), "--cache-to=type=inline", "--squash");
        assertThat(output).contains("the image holds no cache");
    }

    @Test
    void cacheThatMustBeWritten_failsTheBuild() throws Exception {
        String context = context("true");
        String nowhere = "type=registry,ref=localhost:1/cache";
        String output = build(first, context, "--cache-to", nowhere);
        assertThat(output).contains("WARNING").contains("a cache was not written: ");
        output = build(first, context, "--cache-to", nowhere + ",ignore-error=true");
        assertThat(output).contains("a cache was not written: ");

        Tool.Outcome outcome =
                first.outcome(
                        "build",
                        "-t",
                        "kept",
                        "--cache-to",
                        nowhere + ",ignore-error=false",
                        "--cache-to",
                        "type=local,dest=" + work.resolve("other"),
                        context);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output())
                .contains("error: a cache was not written: ")
                .contains("hint: ");
        assertThat(id(first, "kept")).isNotEmpty();
        assertThat(work.resolve("other/index.json")).exists();
    }
}
