package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                .isEqualTo(new Output.DockerArchive(Path.of("d.tar"), List.of()));
        assertThat(Output.parse("type=docker")).isEqualTo(new Output.Image(List.of()));
        assertThat(Output.parse("type=oci,tar=false,dest=d"))
                .isEqualTo(new Output.OciDirectory(Path.of("d"), List.of()));
        assertThat(Output.parse("type=image,\"name=a,b\""))
                .isEqualTo(new Output.Image(List.of("a", "b")));
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
}
