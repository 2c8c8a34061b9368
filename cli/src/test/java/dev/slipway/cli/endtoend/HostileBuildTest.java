package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Attacks on the host by a Dockerfile, its context, its base and its archives. A directory outside
/// everything must stay as it was, the store must stay usable, and nothing may be left behind.
class HostileBuildTest {
    @TempDir private Path directory;
    private Path context;
    private Path canary;
    private Slipway slipway;
    private String before;

    @BeforeEach
    void prepare() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox");
        context = Files.createDirectories(directory.resolve("context"));
        Files.writeString(context.resolve("ok"), "fine\n");
        canary = Files.createDirectories(directory.resolve("canary"));
        Files.writeString(canary.resolve("file"), "CANARY\n");
        Files.createDirectories(canary.resolve("dir"));
        Files.writeString(canary.resolve("dir/in"), "CANARY\n");
        slipway = new Slipway(directory.resolve("home"));
        slipway.importBusybox(directory.resolve("scratch"));
        before = canaryState();
    }

    @AfterEach
    void nothingIsTouched() throws Exception {
        if (before == null) {
            return; // skipped
        }
        assertThat(canaryState()).isEqualTo(before);
        assertThat(slipway.mounts()).isEmpty();
        assertThat(slipway.listing("tmp")).isEmpty();
        Path plain = Files.createDirectories(directory.resolve("plain"));
        Files.writeString(plain.resolve("Dockerfile"), "FROM base\nRUN echo whole > /state\n");
        slipway.run("build", "-t", "plain", plain.toString());
        assertThat(slipway.read("plain", "state")).isEqualTo("whole\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absolute-file", "relative-file", "absolute-dir/in", "relative-*"})
    void copy_contextLinkOutside_isNotFollowed(String source) throws Exception {
        plantLinks();
        Tool.Outcome outcome = build("FROM base\nCOPY " + source + " /x/\n");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("is a symbolic link to").doesNotContain("CANARY");
    }

    @Test
    void copy_wholeContextWithLinksOutside_keepsThemAsLinks() throws Exception {
        plantLinks();
        succeed("FROM base\nCOPY . /x/\nRUN ! cat /x/absolute-file && ! ls /x/relative-dir/\n");
    }

    @Test
    void copy_parentNames_stayInTheContext() throws Exception {
        Tool.Outcome outcome = build("FROM base\nCOPY ../canary/file /x\n");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("not found");
    }

    @Test
    void dockerignore_linkOutside_isNotShown() throws Exception {
        Files.createSymbolicLink(context.resolve(".dockerignore"), canary.resolve("file"));
        Tool.Outcome outcome = build("FROM base\nCOPY . /x/\n");
        assertThat(outcome.output()).doesNotContain("CANARY");
    }

    @Test
    void copyOntoPlantedLinks_staysInTheImage() throws Exception {
        succeed(
                """
                FROM base AS evil
                RUN ln -s /../../..%1$s /evil && ln -s /proc/1/root /evil2 && ln -s /proc/self/fd /evil3
                FROM evil
                COPY ok /evil/pwned
                ADD ok /evil/pwned2
                WORKDIR /evil/made
                RUN echo x > /evil/written
                COPY ok /evil2%1$s/pwned
                COPY ok /evil3/9
                """
                        .formatted(canary));
        assertThat(slipway.has("attack", canary.toString().substring(1) + "/pwned")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9, 10, 15, 20})
    void cve_2024_21626_workdirInDescriptors_failsOrStaysInside(int number) throws Exception {
        Tool.Outcome outcome =
                build(
                        "FROM base\nWORKDIR /proc/self/fd/"
                                + number
                                + "\nRUN cat ../../../../../../.."
                                + canary
                                + "/file\n");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).doesNotContain("CANARY");
        Tool.Outcome run =
                slipway.outcome("run", "-w", "/proc/self/fd/" + number, "base", "ls", "../../..");
        assertThat(run.code()).isNotZero();
    }

    @Test
    void cve_2024_1753_bindSourceLink_isResolvedInItsStage() throws Exception {
        String stage = "FROM base AS evil\nRUN ln -s %s /s && ln -s / /r\nFROM base\n";
        Tool.Outcome outcome =
                build(
                        stage.formatted(canary)
                                + "RUN --mount=type=bind,from=evil,source=/s,target=/m,rw ls /m\n");
        assertThat(outcome.code()).isEqualTo(1);
        succeed(
                stage.formatted(canary)
                        + "RUN --mount=type=bind,from=evil,source=/r,target=/m,rw ! cat /m"
                        + canary
                        + "/file && touch /m/pwned\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absolute-dir", "../canary", "relative-dir"})
    void bindSourceOutsideTheContext_isNotFound(String source) throws Exception {
        plantLinks();
        Tool.Outcome outcome =
                build("FROM base\nRUN --mount=type=bind,target=/m,source=" + source + " ls /m\n");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "/etc", "..", "a/../../../x"})
    void cve_2024_9675_cacheIds_areNoPaths(String id) throws Exception {
        succeed("FROM base\nRUN --mount=type=cache,id=" + id + ",target=/m echo hi > /m/f\n");
        assertThat(directory.resolve("x")).doesNotExist();
        assertThat(Path.of("/etc/f")).doesNotExist();
    }

    @Test
    void cve_2024_23651_cacheSourceLink_staysInTheCache() throws Exception {
        Tool.Outcome outcome =
                build(
                        """
                        FROM base AS evil
                        RUN --mount=type=cache,id=q,target=/c ln -s %s /c/l
                        FROM evil
                        RUN --mount=type=cache,id=q,source=l,target=/c echo x > /c/pwned
                        RUN --mount=type=cache,id=q,source=../../..,target=/c echo x > /c/pwned
                        """
                                .formatted(canary));
        assertThat(outcome.output()).doesNotContain("internal error");
    }

    @Test
    void cve_2024_23652_mountTargetsThroughLinks_areMadeAndRemovedInside() throws Exception {
        Files.writeString(directory.resolve("key"), "k");
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM base AS evil
                RUN ln -s %1$s /s && ln -s %1$s/file /f
                FROM evil
                RUN --mount=type=cache,target=/s/cache echo hi > /s/cache/f
                RUN --mount=type=tmpfs,target=/s/tmp echo hi > /s/tmp/f
                RUN --mount=type=tmpfs,target=/t/../../../u test -d /u
                RUN --mount=type=bind,target=/s/dir rm -f /s && ln -s %1$s /s
                RUN --mount=type=secret,id=k,target=/f test "$(cat /f)" = k
                RUN --mount=type=secret,id=k,target=/s/../../../key true
                """
                        .formatted(canary));
        Tool.Outcome outcome =
                slipway.outcome(
                        "build",
                        "--secret",
                        "id=k,src=" + directory.resolve("key"),
                        context.toString());
        assertThat(outcome.output()).doesNotContain("internal error");
    }

    @Test
    void layersThatAreEqual_areMountedOnce() throws Exception {
        succeed("FROM base\nRUN true 1\nRUN true 2\nRUN true 3\nRUN true 4\n");
        slipway.run("run", "attack", "true");
    }

    @Test
    void linksInPlaceOfSystemDirectories_leadNowhere() throws Exception {
        Path root = Files.createDirectories(context.resolve("root"));
        for (String name : new String[] {"dev", "proc", "sys", "etc"}) {
            Files.createSymbolicLink(root.resolve(name), canary);
        }
        Tool.Outcome outcome =
                build(
                        """
                        FROM scratch
                        COPY --from=base /bin /bin
                        COPY root/ /
                        RUN touch /etc/x /dev/x; ls / > /dev/null; true
                        """);
        // Whether a container can be started on such a root is its own affair; the canary is
        // checked
        // after every test.
        assertThat(outcome.output()).doesNotContain("internal error");
    }

    @Test
    void cve_2024_9676_passwdLink_isReadInTheImage() throws Exception {
        Tool.Outcome outcome =
                build(
                        """
                        FROM base AS evil
                        RUN rm /etc/passwd && ln -s /etc/../../../../etc/passwd /etc/passwd && ln -sf /dev/zero /etc/group
                        FROM evil
                        USER daemon
                        RUN id
                        """);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).doesNotContain("internal error");
    }

    @Test
    void cve_2026_42574_archiveThatWritesThroughItsLinks_staysInside() throws Exception {
        archive(
                """
                def link(name, target, kind):
                    entry(name, b'', type=kind, linkname=target)
                link('abs', canary, tarfile.SYMTYPE)
                entry('abs/pwned', b'x')
                link('rel', '../../../../../../..' + canary, tarfile.SYMTYPE)
                entry('rel/pwned', b'x')
                link('file', canary + '/file', tarfile.SYMTYPE)
                entry('file', b'overwritten')
                entry('../../../../../../..' + canary + '/dotdot', b'x')
                entry(canary + '/absolute', b'x')
                entry('a\\nb', b'newline')
                """);
        succeed("FROM base\nADD archive.tar /d/\n");
        assertThat(slipway.read("attack", "d/file")).isEqualTo("overwritten");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../../../../../../.."})
    void ghsa_49p4_px3h_rq49_archiveHardLinkOutside_failsClearly(String prefix) throws Exception {
        archive(
                "entry('h', b'', type=tarfile.LNKTYPE, linkname='"
                        + prefix
                        + "' + canary + '/file')");
        Tool.Outcome outcome = build("FROM base\nADD archive.tar /d/\n");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).doesNotContain("CANARY").doesNotContain("internal error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "entry('n', b'', pax_headers={'comment': 'x' * (8 << 20)})",
                "entry('n' * 5000, b'')",
                "entry('d/' * 3000, b'', type=tarfile.DIRTYPE)",
                "entry('n', b'', pax_headers={'path': 'a\\x00b'})",
                "entry('n', b'', pax_headers={'size': '99999999999999999999'})",
                "entry('n', b'', pax_headers={'GNU.sparse.major': '1', 'GNU.sparse.minor': '0'})"
            })
    void archiveWithAbsurdHeaders_endsWithoutHarm(String entries) throws Exception {
        archive(entries);
        Tool.Outcome outcome = build("FROM base\nADD archive.tar /d/\n");
        assertThat(outcome.output()).doesNotContain("internal error");
    }

    @Test
    void archiveWithDevices_givesNoMoreThanTheirNodes() throws Exception {
        archive("entry('null', b'', type=tarfile.CHRTYPE, devmajor=1, devminor=3)");
        Tool.Outcome outcome = build("FROM base\nADD archive.tar /d/\n");
        assertThat(outcome.output()).doesNotContain("internal error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip -9"})
    void decompressionBomb_isStopped(String program) throws Exception {
        Tool.need(Tool.installed(program.substring(0, program.indexOf(' '))), program);
        // 150 members, each of which expands a thousandfold: 9.4 GiB in all
        Tool.shell(
                context,
                """
                head -c 67108864 /dev/zero | %s -c > one
                i=0; while [ $i -lt 150 ]; do cat one; i=$((i+1)); done > zeros; rm one
                """
                        .formatted(program));
        Tool.Outcome outcome = slipway.outcome("load", "-i", context.resolve("zeros").toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).startsWith("error: ").doesNotContain("internal error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base@sha256:../../x", "../../x", "base:../x", "/x", "a//b"})
    void cve_2024_3727_namesThatArePaths_areRefused(String name) throws Exception {
        Tool.Outcome outcome = build("FROM " + name + "\n");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("invalid image reference");
        assertThat(slipway.outcome("tag", "base", name).code()).isEqualTo(1);
    }

    @Test
    void fromWithLyingDigest_isNotFound() throws Exception {
        Tool.Outcome outcome = build("FROM base@sha256:" + "0".repeat(64) + "\n");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("no image");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/../b", "a/b", "-x", "a b"})
    void volumeNames_areNoPaths(String name) {
        assertThat(slipway.outcome("run", "-v", name + ":/v", "base", "true").code())
                .isEqualTo(125);
    }

    @Test
    void loadedArchiveWhoseBytesLie_isRefused() throws Exception {
        Tool.need(Tool.installed("python3"), "python3");
        slipway.run("save", "-o", directory.resolve("image.tar").toString(), "base");
        Tool.shell(
                directory,
                """
                mkdir lie; cd lie; tar xf ../image.tar
                big=$(find . -type f -size +100k | head -n 1)
                printf X | dd of="$big" bs=1 seek=5000 conv=notrunc status=none
                tar cf ../lie.tar *
                """);
        Tool.Outcome outcome =
                new Slipway(directory.resolve("empty-home"))
                        .outcome("load", "-i", directory.resolve("lie.tar").toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).startsWith("error: ").doesNotContain("internal error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:../../x", "sha256:", "../../../x", "sha256:00/../x"})
    void cve_2024_3727_manifestDigestsThatArePaths_areRefused(String digest) throws Exception {
        Path layout = Files.createDirectories(directory.resolve("layout"));
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(
                layout.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":"
                        + "\"application/vnd.oci.image.manifest.v1+json\",\"size\":7,\"digest\":\""
                        + digest
                        + "\"}]}");
        Tool.Outcome outcome = slipway.outcome("load", "-i", layout.toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("digest").doesNotContain("internal error");
    }

    @Test
    void savedArchiveWithDuplicateEntries_loadsOrFailsClearly() throws Exception {
        Path archive = directory.resolve("image.tar");
        slipway.run("save", "-o", archive.toString(), "base");
        Tool.shell(
                directory,
                """
                mkdir again; cd again; tar xf ../image.tar; echo '[]' > manifest.json
                tar rf ../image.tar manifest.json
                """);
        Tool.Outcome outcome = slipway.outcome("load", "-i", archive.toString());
        assertThat(outcome.output()).doesNotContain("internal error");
    }

    @Test
    void contextTenThousandDirectoriesDeep_endsClearly() throws Exception {
        Tool.need(Tool.installed("perl"), "perl");
        Tool.shell(context, "perl -e 'for (1..10000) { mkdir \"d\" or die; chdir \"d\" or die }'");
        try {
            Tool.Outcome outcome = build("FROM base\nCOPY . /x/\n");
            assertThat(outcome.output()).doesNotContain("internal error").doesNotContain("at dev.");
        } finally {
            Tool.shell(directory, "rm -rf context/d");
        }
    }

    private void plantLinks() throws Exception {
        Tool.shell(
                context,
                """
                ln -s %1$s/file absolute-file; ln -s ../canary/file relative-file
                ln -s %1$s/dir absolute-dir; ln -s ../canary/dir relative-dir
                """
                        .formatted(canary));
    }

    /// Writes `archive.tar` into the context, from lines of Python that call `entry`.
    private void archive(String entries) throws Exception {
        Tool.need(Tool.installed("python3"), "python3");
        Path script = directory.resolve("archive.py");
        Files.writeString(
                script,
                """
                import io, sys, tarfile
                canary = sys.argv[2]
                tar = tarfile.open(sys.argv[1], 'w', format=tarfile.PAX_FORMAT)
                def entry(name, data, **fields):
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    for key, value in fields.items():
                        setattr(info, key, value)
                    tar.addfile(info, io.BytesIO(data))
                """
                        + entries
                        + "\ntar.close()\n");
        Tool.run(
                Map.of(),
                "python3",
                script.toString(),
                context.resolve("archive.tar").toString(),
                canary.toString());
    }

    private Tool.Outcome build(String dockerfile) throws Exception {
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        return slipway.outcome("build", "--progress", "plain", "-t", "attack", context.toString());
    }

    private void succeed(String dockerfile) throws Exception {
        Tool.Outcome outcome = build(dockerfile);
        assertThat(outcome.code()).as(outcome.output()).isZero();
    }

    private String canaryState() throws Exception {
        return Tool.shell(
                canary, "find . -printf '%p %y %m %U %G %s %T@\\n' | sort; cat file dir/in");
    }
}
