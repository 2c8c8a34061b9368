package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Keeps `docs/lint` true. To write the pages anew: run this test with `-Dslipway.pages=write`.
class RulePagesTest {
    private static Path directory() {
        Path here = Path.of("").toAbsolutePath();
        Path root = here.endsWith("lint") ? here.resolveSibling("docs") : here.resolve("docs");
        return root.resolve("lint");
    }

    private static Map<String, String> pages() {
        RuleBook book = RuleBook.load();
        Map<String, String> pages = new TreeMap<>();
        for (Rule rule : book.rules()) {
            pages.put(rule.name() + ".md", RulePage.of(rule));
        }
        pages.put("README.md", RulePage.index(book));
        return pages;
    }

    @Test
    void everyRule_hasItsPage() throws IOException {
        Path directory = directory();
        if ("write".equals(System.getProperty("slipway.pages"))) {
            Files.createDirectories(directory);
            try (Stream<Path> old = Files.list(directory)) {
                for (Path file : old.toList()) {
                    Files.delete(file);
                }
            }
            for (Map.Entry<String, String> page : pages().entrySet()) {
                Files.writeString(directory.resolve(page.getKey()), page.getValue());
            }
        }
        for (Map.Entry<String, String> page : pages().entrySet()) {
            Path file = directory.resolve(page.getKey());
            assertThat(file).exists();
            assertThat(Files.readString(file)).as(page.getKey()).isEqualTo(page.getValue());
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString())).isSubsetOf(pages().keySet());
        }
    }
}
