package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class ParserVectorsTest {
    private static Stream<Path> folders(String name) throws IOException {
        try (Stream<Path> all = Files.list(Vectors.folder().resolve(name))) {
            return all.sorted().toList().stream();
        }
    }

    @TestFactory
    Stream<DynamicTest> parse_goodVector() throws IOException {
        return folders("parser-testfiles")
                .map(folder ->
                        DynamicTest.dynamicTest(
                                folder.getFileName().toString(), () -> check(folder)));
    }

    private static void check(Path folder) {
        String text = Vectors.text(folder.resolve("Dockerfile"));
        Dockerfile file = Dockerfile.parseTolerant("Dockerfile", text);
        assertThat(SexpDump.of(file).strip())
                .isEqualTo(Vectors.text(folder.resolve("result")).strip());
    }

    @TestFactory
    Stream<DynamicTest> parse_badVector() throws IOException {
        return folders("parser-testfiles-negative")
                .map(folder ->
                        DynamicTest.dynamicTest(
                                folder.getFileName().toString(),
                                () -> {
                                    String text = Vectors.text(folder.resolve("Dockerfile"));
                                    assertThatThrownBy(() -> Dockerfile.parse("f", text))
                                            .isInstanceOf(DockerfileException.class);
                                }));
    }

    @Test
    void parse_nestedJsonVector_saysWhy() throws IOException {
        String text =
                Vectors.text(
                        Vectors.folder()
                                .resolve(
                                        "parser-testfiles-negative/shykes-nested-json/Dockerfile"));
        assertThat(Dockerfile.parseTolerant("f", text).problems())
                .anySatisfy(p -> assertThat(p.message()).contains("comprised of strings only"));
    }
}
