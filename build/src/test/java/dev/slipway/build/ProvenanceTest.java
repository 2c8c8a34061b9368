package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.image.Descriptor;
import dev.slipway.image.FileTree;
import dev.slipway.image.Index;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Manifest;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

class ProvenanceTest {
    private static final String SECRET = "tops3cret-value";
    private static final String DOCKERFILE =
            """
            FROM busybox AS files
            COPY a.txt /a
            FROM scratch
            ARG WHO
            LABEL who=$WHO
            COPY --from=files /a /b
            """;

    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        bench.file("a.txt", "a\n");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private BuildResult build(String options, UnaryOperator<BuildRequest.Builder> adapt)
            throws Exception {
        return build(DOCKERFILE, ProvenanceOptions.parse(options), List.of(), adapt);
    }

    private BuildResult build(
            String dockerfile,
            @Nullable ProvenanceOptions options,
            List<Attestor> attestors,
            UnaryOperator<BuildRequest.Builder> adapt)
            throws Exception {
        var packaging = new Packaging(Squash.NONE, List.of(), options, attestors, null);
        return bench.build(dockerfile, r -> adapt.apply(r.packaging(packaging)));
    }

    private Json.Obj json(Descriptor descriptor) throws IOException {
        return Json.parseObject(
                bench.store().blobs().read(descriptor.digest(), Manifest.MAX_BYTES));
    }

    private List<Descriptor> manifests(BuildResult result) throws IOException {
        return Index.parse(
                        bench.store().blobs().read(result.manifest().digest(), Manifest.MAX_BYTES))
                .manifests();
    }

    /// The first statement about the first image.
    private Json.Obj statement(BuildResult result) throws IOException {
        var attestation = manifests(result).getLast();
        return json(Descriptor.parse(json(attestation).objects("layers").getFirst()));
    }

    private static Json.Obj in(Json.Obj at, String... names) throws IOException {
        for (var name : names) {
            at = Objects.requireNonNull(at.object(name), name);
        }
        return at;
    }

    @Test
    void attestation_isLaidOutAsBuildKitDoes() throws Exception {
        var result = build("mode=min", r -> r.tag("app:1"));
        var entries = manifests(result);
        assertThat(entries).hasSize(2);
        var image = entries.getFirst();
        var entry = entries.getLast();
        assertThat(image.platform()).isEqualTo(Platform.host());
        assertThat(entry.platform()).isEqualTo(Platform.of("unknown", "unknown"));
        assertThat(entry.annotations())
                .containsEntry("vnd.docker.reference.type", "attestation-manifest")
                .containsEntry("vnd.docker.reference.digest", image.digest().toString());
        var manifest = json(entry);
        assertThat(manifest.text("artifactType"))
                .isEqualTo("application/vnd.docker.attestation.manifest.v1+json");
        assertThat(in(manifest, "config").text("mediaType"))
                .isEqualTo("application/vnd.oci.empty.v1+json");
        assertThat(in(manifest, "config").text("data")).isEqualTo("e30=");
        assertThat(in(manifest, "subject").text("digest")).isEqualTo(image.digest().toString());
        var layer = Descriptor.parse(manifest.objects("layers").getFirst());
        assertThat(layer.mediaType()).isEqualTo("application/vnd.in-toto+json");
        assertThat(layer.annotations())
                .containsEntry("in-toto.io/predicate-type", "https://slsa.dev/provenance/v1");
        var statement = statement(result);
        assertThat(statement.text("_type")).isEqualTo("https://in-toto.io/Statement/v1");
        var subject = statement.objects("subject").getFirst();
        assertThat(subject.text("name"))
                .isEqualTo(
                        "pkg:docker/app@1?platform="
                                + Platform.host().toString().replace("/", "%2F"));
        assertThat(in(subject, "digest").text("sha256")).isEqualTo(image.digest().hex());
    }

    @Test
    void attestation_ofTheOlderForm_hasAConfigOfItsLayers() throws Exception {
        var result =
                build(
                        "mode=min",
                        r ->
                                r.output(
                                        Output.parse(
                                                "type=oci-dir,oci-artifact=false,dest="
                                                        + directory.resolve("layout"))));
        var manifest = json(manifests(result).getLast());
        assertThat(manifest.members()).doesNotContainKeys("artifactType", "subject");
        var layer = Descriptor.parse(manifest.objects("layers").getFirst());
        var config = json(Descriptor.parse(in(manifest, "config")));
        assertThat(in(config, "rootfs").texts("diff_ids"))
                .containsExactly(layer.digest().toString());
    }

    @Test
    void image_isTheSameWithAndWithoutProvenance() throws Exception {
        var plain = bench.build(DOCKERFILE);
        var attested = build("mode=max", r -> r);
        assertThat(manifests(attested).getFirst().digest()).isEqualTo(plain.manifest().digest());
        assertThat(attested.imageId()).isEqualTo(plain.imageId());
    }

    @Test
    void min_namesBasesAndScrubsArguments() throws Exception {
        var result = build("mode=min", r -> r.buildArg("WHO", "ada").label("l", "v").target("1"));
        var predicate = in(statement(result), "predicate");
        var definition = in(predicate, "buildDefinition");
        var request = in(definition, "externalParameters", "request");
        assertThat(in(request, "args").members().keySet()).containsExactly("target");
        assertThat(in(definition, "internalParameters").members())
                .containsOnlyKeys("builderPlatform");
        var base = bench.store().images().find(Reference.parse("busybox")).orElseThrow();
        var material = definition.objects("resolvedDependencies").getFirst();
        assertThat(material.text("uri")).startsWith("pkg:docker/busybox@latest?platform=linux%2F");
        assertThat(in(material, "digest").text("sha256")).isEqualTo(base.digest().hex());
        var metadata = in(predicate, "runDetails", "metadata");
        assertThat(metadata.text("invocationId")).isEqualTo(result.buildId());
        assertThat(in(metadata, "buildkit_completeness").flag("request")).isFalse();
        assertThat(in(metadata, "buildkit_completeness").flag("resolvedDependencies")).isFalse();
        assertThat(in(metadata, "buildkit_metadata").members()).isEmpty();
    }

    @Test
    void max_hasStepsSourcesAndLayers() throws Exception {
        var result =
                build("mode=max,builder-id=https://ci.example/1", r -> r.buildArg("WHO", "ada"));
        var predicate = in(statement(result), "predicate");
        var definition = in(predicate, "buildDefinition");
        assertThat(in(definition, "externalParameters", "request", "args").text("build-arg:WHO"))
                .isEqualTo("ada");
        var steps = in(definition, "internalParameters", "buildConfig").objects("llbDefinition");
        assertThat(steps).hasSize(4);
        assertThat(steps.getLast().texts("inputs")).containsExactly("step0:0", "step2:0");
        var metadata = in(predicate, "runDetails", "metadata", "buildkit_metadata");
        var info = in(metadata, "source").objects("infos").getFirst();
        assertThat(java.util.Base64.getDecoder().decode(info.text("data")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(DOCKERFILE);
        assertThat(in(metadata, "source", "locations").members()).containsKeys("step2", "step3");
        assertThat(in(metadata, "layers").members()).containsOnlyKeys("step3:0");
        assertThat(in(predicate, "runDetails", "builder").text("id"))
                .isEqualTo("https://ci.example/1");
    }

    @Test
    void context_ofARepository_isNamedByItsCommit() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/git")) || System.getenv("CI") != null,
                "needs git");
        git("init", "-q");
        git("remote", "add", "origin", "https://joe:pass-w0rd@host/repo.git");
        git("add", "a.txt");
        git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first");
        var vcs = in(metadata(build("mode=min", r -> r)), "vcs");
        assertThat(vcs.text("revision")).matches("[0-9a-f]{40}");
        assertThat(vcs.text("source")).isEqualTo("https://xxxxx@host/repo.git");
        bench.file("a.txt", "changed\n");
        assertThat(in(metadata(build("mode=min", r -> r)), "vcs").text("revision"))
                .isEqualTo(vcs.text("revision") + "-dirty");
    }

    private Json.Obj metadata(BuildResult result) throws IOException {
        return in(statement(result), "predicate", "runDetails", "metadata", "buildkit_metadata");
    }

    private void git(String... words) throws Exception {
        var command = new java.util.ArrayList<>(List.of("git", "-C", bench.context.toString()));
        command.addAll(List.of(words));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void version02_hasTheOlderNames() throws Exception {
        var result = build("mode=max,version=v0.2", r -> r);
        var statement = statement(result);
        assertThat(statement.text("predicateType")).isEqualTo("https://slsa.dev/provenance/v0.2");
        assertThat(in(statement, "predicate").members())
                .containsKeys(
                        "builder",
                        "buildType",
                        "materials",
                        "invocation",
                        "buildConfig",
                        "metadata");
        assertThat(in(statement, "predicate").text("buildType"))
                .isEqualTo("https://mobyproject.org/buildkit@v1");
    }

    /// CVE-2023-26054: what is written down about a build held credentials of URLs.
    @Test
    void max_hasNoSecretsAndNoCredentials_CVE_2023_26054() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                dev.slipway.linux.Host.uid() == 0 || System.getenv("CI") != null, "needs root");
        var out = directory.resolve("out");
        var result =
                build(
                        """
                        FROM busybox
                        ARG REPO
                        RUN --mount=type=secret,id=key --mount=type=secret,id=env,env=KEY \\
                            test -n "$KEY" && echo "${REPO}" https://joe:pass-w0rd@host/x > /dev/null
                        """,
                        ProvenanceOptions.parse("mode=max"),
                        List.of(),
                        r ->
                                r.secret(
                                                "key",
                                                SecretSource.of(
                                                        SECRET.getBytes(StandardCharsets.UTF_8)))
                                        .secret(
                                                "env",
                                                SecretSource.of(
                                                        SECRET.getBytes(StandardCharsets.UTF_8)))
                                        .buildArg("REPO", "git://joe:pass-w0rd@host/repo.git#main")
                                        .buildArg("HTTP_PROXY", "http://joe:pass-w0rd@proxy:3128")
                                        .output(Output.parse("type=oci-dir,dest=" + out))
                                        .output(Output.parse("type=local,dest=" + out + "/files"))
                                        .metadataFile(out.resolve("metadata.json")));
        var predicate = in(statement(result), "predicate");
        var secrets =
                in(predicate, "buildDefinition", "externalParameters", "request")
                        .objects("secrets");
        assertThat(secrets).extracting(s -> s.text("id")).containsExactly("env", "key");
        try (var files = Files.walk(out)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(SECRET);
                if (!file.toString().contains("blobs") || isStatement(file)) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .as("%s", file)
                            .doesNotContain("pass-w0rd");
                }
            }
        }
        assertThat(out.resolve("files/provenance.json"))
                .content()
                .contains("git://xxxxx@host/repo");
    }

    /// The image itself keeps its history as the Dockerfile has it.
    private static boolean isStatement(Path blob) throws IOException {
        return Files.readString(blob, StandardCharsets.ISO_8859_1).startsWith("{\"_type\"");
    }

    @Test
    void local_hasAStatementAboutEachFile_unlessInlineOnly() throws Exception {
        var out = directory.resolve("out");
        build(
                "mode=min",
                r -> r.output(Output.parse("type=local,dest=" + out + ",attestation-prefix=my-")));
        var statement = Json.parseObject(Files.readAllBytes(out.resolve("my-provenance.json")));
        var subject = statement.objects("subject").getFirst();
        assertThat(subject.text("name")).isEqualTo("b");
        assertThat(in(subject, "digest").text("sha256"))
                .isEqualTo("87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7");
        var other = directory.resolve("other");
        build("mode=min,inline-only=true", r -> r.output(new Output.LocalDirectory(other)));
        assertThat(other).isDirectoryNotContaining(p -> p.toString().endsWith("json"));
    }

    @Test
    void attestor_isAskedAboutTheFiles() throws Exception {
        var attestor =
                new Attestor() {
                    @Override
                    public String predicateType() {
                        return "https://spdx.dev/Document";
                    }

                    @Override
                    public String fileName() {
                        return "sbom.spdx.json";
                    }

                    @Override
                    public void attest(FileTree files, Platform platform, JsonWriter out)
                            throws IOException {
                        boolean found = files.lookup(RawPath.of("b")).isPresent();
                        out.beginObject().member("found", found).endObject();
                    }
                };
        var result = build(DOCKERFILE, ProvenanceOptions.MIN, List.of(attestor), r -> r);
        var statement = statement(result);
        assertThat(statement.text("predicateType")).isEqualTo("https://spdx.dev/Document");
        assertThat(in(statement, "predicate").flag("found")).isTrue();
        assertThat(json(manifests(result).getLast()).objects("layers")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://u:p@h/x | https://xxxxx@h/x",
                "git clone https://u@h/x && curl ftp://a:b@c | git clone https://xxxxx@h/x && curl"
                        + " ftp://xxxxx@c",
                "https://h/x@y | https://h/x@y",
                "mail@x.org | mail@x.org",
                "https://u:p@w@h | https://xxxxx@h"
            })
    void redaction(String text, String safe) {
        assertThat(Redaction.urls(text)).isEqualTo(safe);
    }

    @Test
    void options_badAndNone() {
        assertThat(ProvenanceOptions.parse("false")).isNull();
        assertThat(ProvenanceOptions.parse("type=provenance,disabled=true")).isNull();
        assertThat(Objects.requireNonNull(ProvenanceOptions.parse("true")).max()).isTrue();
        for (var bad :
                List.of("mode=x", "version=2", "capture-usage=true", "nope=1", "type=sbom")) {
            assertThatIllegalArgumentException().isThrownBy(() -> ProvenanceOptions.parse(bad));
        }
    }
}
