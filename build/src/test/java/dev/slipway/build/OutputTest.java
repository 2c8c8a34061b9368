package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.image.Platform;
import dev.slipway.image.compress.Compression;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class OutputTest {
    @Test
    void parse_goodForms() {
        assertThat(Output.parse("out")).isEqualTo(new Output.LocalDirectory(Path.of("out")));
        assertThat(Output.parse("-")).isEqualTo(new Output.Tar(null));
        assertThat(Output.parse("type=tar,dest=-")).isEqualTo(new Output.Tar(null));
        assertThat(Output.parse("type=local,dest=o"))
                .isEqualTo(new Output.LocalDirectory(Path.of("o")));
        assertThat(Output.parse("type=docker,dest=d.tar"))
                .isEqualTo(
                        new Output.DockerArchive(Path.of("d.tar"), List.of(), ImageOptions.PLAIN));
        assertThat(Output.parse("type=docker")).isEqualTo(new Output.Image(List.of()));
        assertThat(Output.parse("type=oci,tar=false,dest=d"))
                .isEqualTo(new Output.OciDirectory(Path.of("d"), List.of(), ImageOptions.PLAIN));
        assertThat(Output.parse("type=image,\"name=a,b\""))
                .isEqualTo(new Output.Image(List.of("a", "b")));
    }

    @Test
    void parse_imageOptions() {
        var output =
                Output.parse(
                        "type=oci,dest=x,compression=zstd,compression-level=7,force-compression=true,"
                                + "oci-mediatypes=true,oci-artifact=false,annotation.a=b,"
                                + "annotation-index.c=d,annotation-manifest-descriptor[linux/arm64].e=f=g");
        var options = ((Output.OciArchive) output).options();
        assertThat(options.compression()).isEqualTo(new Compression.Zstd(7));
        assertThat(options.forceCompression()).isTrue();
        assertThat(options.ociMediaTypes()).isTrue();
        assertThat(options.ociArtifact()).isFalse();
        assertThat(options.annotations())
                .containsExactly(
                        new Annotation(Annotation.Kind.MANIFEST, null, "a", "b"),
                        new Annotation(Annotation.Kind.INDEX, null, "c", "d"),
                        new Annotation(
                                Annotation.Kind.MANIFEST_DESCRIPTOR,
                                Platform.of("linux", "arm64"),
                                "e",
                                "f=g"));
    }

    @Test
    void parse_registry_isAnImageThatIsPushedAndNotKept() {
        assertThat(Output.parse("type=registry,name=a"))
                .isEqualTo(
                        new Output.Image(
                                List.of("a"),
                                ImageOptions.PLAIN,
                                false,
                                new Output.Push(false, false)));
        assertThat(Output.parse("type=image,push-by-digest=true,registry.insecure=1"))
                .isEqualTo(
                        new Output.Image(
                                List.of(), ImageOptions.PLAIN, true, new Output.Push(true, true)));
    }

    @ParameterizedTest
    @CsvSource({
        "'type=image,compression=estargz', snapshotters",
        "'type=image,compression=lzma', unknown compression",
        "'type=image,compression-level=3', needs compression",
        "'type=image,compression=gzip,compression-level=10', levels 0 to 9",
        "'type=image,unpack=true', unpacks a layer when",
        "'type=image,dangling-name-prefix=x', dangling",
        "'type=docker,context=remote,dest=x', docker load",
        "'type=image,compatibility-version=20', BuildKit puts images together",
        "'type=image,prefer-nondist-layers=true', passed on",
        "'type=image,push=maybe', true or false",
        "'type=image,annotation-nope.a=b', unknown annotation type",
        "'type=image,annotation-index[linux/arm64].a=b', no platform",
        "'type=local,dest=x,mode=move', copy or delete"
    })
    void parse_refusals_nameTheFieldAndTheReason(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Output.parse(text))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type=nope,dest=x",
                "type=local",
                "dest=x",
                "type=local,dest=x,bogus=1",
                "type=oci",
                "type=tar,dest"
            })
    void parse_badForms(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Output.parse(text));
    }

    @Test
    void sameDestination_isRefused_alsoThroughALink(@TempDir Path directory) throws Exception {
        var real = Files.createDirectory(directory.resolve("real"));
        var link = Files.createSymbolicLink(directory.resolve("link"), real);
        check(new Output.Tar(real.resolve("new/a")), new Output.Tar(link.resolve("new/b")));
        check(new Output.Tar(null), new Output.CacheOnly(), new Output.CacheOnly());
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        check(
                                new Output.LocalDirectory(real.resolve("new/a")),
                                new Output.Tar(link.resolve("new/a"))))
                .withMessage("two outputs go to " + link.resolve("new/a"));
    }

    private static void check(Output... outputs) throws BuildException {
        var request = BuildRequest.of(Path.of("."));
        for (var output : outputs) {
            request.output(output);
        }
        new OutputChecks(request.build()).check();
    }
}
