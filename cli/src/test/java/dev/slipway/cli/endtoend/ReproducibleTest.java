package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The same inputs on two stores give the same bytes.
class ReproducibleTest {
    @TempDir Path work;

    @Test
    void twoStores_sameDigestAndArchive() throws Exception {
        Tool.needRoot();
        Path base = Contexts.busyboxTar(work.resolve("base"));
        Path context = Contexts.rich(work.resolve("context"));
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM base AS build
                WORKDIR /deep/work
                COPY . .
                RUN date > now-is-in-the-mtime && rm now-is-in-the-mtime && cat a.txt b.txt > both && mkdir new && ln both new/hard
                FROM base
                COPY --from=build /deep/work /app
                USER app
                WORKDIR /made
                CMD ["sh"]
                """);
        Map<String, String> epoch = Map.of("SOURCE_DATE_EPOCH", "1700000000");
        for (String store : new String[] {"a", "b"}) {
            Slipway slipway = new Slipway(work.resolve(store), epoch);
            slipway.run("import", base.toString(), "base");
            slipway.run(
                    "build",
                    "-t",
                    "app",
                    "--metadata-file",
                    work.resolve(store + ".json").toString(),
                    context.toString());
            slipway.run("save", "-o", work.resolve(store + ".tar").toString(), "app");
        }
        assertThat(
                        Files.readString(work.resolve("a.json"))
                                .lines()
                                .filter(l -> l.contains("containerimage.digest"))
                                .toList())
                .isNotEmpty()
                .isEqualTo(
                        Files.readString(work.resolve("b.json"))
                                .lines()
                                .filter(l -> l.contains("containerimage.digest"))
                                .toList());
        assertThat(work.resolve("a.tar")).hasSameBinaryContentAs(work.resolve("b.tar"));
    }
}
