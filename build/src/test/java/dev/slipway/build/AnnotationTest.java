package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.build.Annotation.Kind;
import dev.slipway.image.Platform;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationTest {
    @Test
    void parse_withoutType_isForTheManifest() {
        assertThat(Annotation.parse("a=b=c"))
                .containsExactly(new Annotation(Kind.MANIFEST, null, "a", "b=c"));
        assertThat(Annotation.parse("a="))
                .containsExactly(new Annotation(Kind.MANIFEST, null, "a", ""));
    }

    @Test
    void parse_severalTypes_isForEach() {
        var arm = Platform.of("linux", "arm64");
        assertThat(Annotation.parse("index,manifest[linux/arm64],index-descriptor:a:b=c"))
                .containsExactly(
                        new Annotation(Kind.INDEX, null, "a:b", "c"),
                        new Annotation(Kind.MANIFEST, arm, "a:b", "c"),
                        new Annotation(Kind.INDEX_DESCRIPTOR, null, "a:b", "c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "=b",
                "index:=b",
                "layer:a=b",
                "manifest[linux/arm64:a=b",
                "manifest[no such]:a=b",
                "index[linux/arm64]:a=b"
            })
    void parse_bad(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Annotation.parse(text));
    }
}
