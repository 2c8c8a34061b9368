package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class ChmodTest {
    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "0644, 0777, false, 0644",
        "755, 0600, false, 0755",
        "4711, 0600, false, 4711",
        "0, 0777, true, 0",
        "u+x, 0644, false, 0744",
        "+x, 0644, false, 0755",
        "a-w, 0666, false, 0444",
        "go=, 0777, false, 0700",
        "'u=rwX,go=rX', 0644, false, 0644",
        "'u=rwX,go=rX', 0600, true, 0755",
        "'u=rwX,go=rX', 0711, false, 0755",
        "u+s, 0755, false, 4755",
        "g+s, 0755, true, 2755",
        "+t, 0777, true, 1777",
        "g=u, 0640, false, 0660",
        "o=g-w, 0660, false, 0664",
        "u=rw+x, 0000, false, 0700",
        "a=r, 7777, false, 0444",
    })
    void apply_changesTheMode(String text, String before, boolean directory, String after)
            throws Exception {
        int mode = Chmod.parse(text).apply(Integer.parseInt(before, 8), directory);
        assertThat(Integer.toOctalString(mode))
                .isEqualTo(Integer.toOctalString(Integer.parseInt(after, 8)));
    }

    /// A thousand modes and changes, made up from a fixed seed, against the `chmod` of this machine.
    @Test
    void apply_isWhatChmodDoes() throws Exception {
        Random random = new Random(42);
        StringBuilder script = new StringBuilder("umask 0\n");
        List<String> ours = new ArrayList<>();
        List<String> cases = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            boolean directory = random.nextInt(4) == 0;
            int before = random.nextInt(directory ? 01000 : 010000) | (directory ? 0700 : 0);
            String text = change(random, directory);
            int after = Chmod.parse(text).apply(before, directory);
            String described = Integer.toOctalString(before) + (directory ? "d " : " ") + text;
            cases.add(described);
            ours.add(described + " " + Integer.toOctalString(after));
            String make = directory ? "mkdir" : ": >";
            script.append("rm -rf f; %s f; chmod %o f; chmod -- '%s' f; stat -c %%a f\n"
                    .formatted(make, before, text));
        }
        List<String> theirs = new ArrayList<>();
        List<String> modes = run(script.toString());
        for (int i = 0; i < modes.size(); i++) {
            theirs.add(cases.get(i) + " " + modes.get(i));
        }
        assertThat(ours).isEqualTo(theirs);
    }

    private static String change(Random random, boolean directory) {
        if (random.nextInt(5) == 0) {
            // On directories, chmod leaves set-id bits that four digits do not mention.
            return Integer.toOctalString(random.nextInt(directory ? 01000 : 010000));
        }
        StringBuilder text = new StringBuilder();
        int clauses = 1 + random.nextInt(3);
        for (int i = 0; i < clauses; i++) {
            text.append(i == 0 ? "" : ",").append(some(random, "ugoa", 0));
            int operations = 1 + random.nextInt(2);
            for (int j = 0; j < operations; j++) {
                text.append("+-=".charAt(random.nextInt(3)));
                text.append(
                        random.nextInt(5) == 0
                                ? String.valueOf("ugo".charAt(random.nextInt(3)))
                                : some(random, directory ? "rwxX" : "rwxXst", 1));
            }
        }
        return text.toString();
    }

    private static String some(Random random, String letters, int least) {
        StringBuilder chosen = new StringBuilder();
        int count = least + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            chosen.append(letters.charAt(random.nextInt(letters.length())));
        }
        return chosen.toString();
    }

    private List<String> run(String script) throws Exception {
        Path file = Files.writeString(directory.resolve("script"), script);
        Process process =
                new ProcessBuilder("/bin/sh", "-e", file.toString())
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "8", "10000", "0x1", "u", "u+q", "rw", "u+rg", "u+x,", "99999999999"})
    void parse_whatIsNoMode(String text) {
        assertThatThrownBy(() -> Chmod.parse(text))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("invalid --chmod value '" + text + "'");
    }
}
