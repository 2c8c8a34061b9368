package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

class DirectoryContextsTest {
    @TempDir private Path directory;

    private List<String> files(DirectoryContexts contexts, String dockerfile) {
        ContextFiles context = contexts.of(directory, directory.resolve(dockerfile));
        return Objects.requireNonNull(context.files()).stream()
                .map(ContextFiles.File::path)
                .toList();
    }

    @Test
    void ignoreFile_isThatOfTheDockerfile() throws Exception {
        for (String name : List.of("Dockerfile", "a.Dockerfile", "one", "two")) {
            Files.writeString(directory.resolve(name), "");
        }
        Files.writeString(directory.resolve(".dockerignore"), "one\n*Dockerfile*\n.docker*\n");
        Files.writeString(directory.resolve("a.Dockerfile.dockerignore"), "two\n*.Dockerfile*\n");
        DirectoryContexts contexts = new DirectoryContexts();
        assertThat(files(contexts, "Dockerfile")).containsExactly("two");
        assertThat(files(contexts, "a.Dockerfile"))
                .containsExactly(".dockerignore", "Dockerfile", "one");
        assertThat(files(contexts, "other")).containsExactly("two");
    }
}
