package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class ExpanderVectorsTest {
    private static final Map<String, String> ENV =
            Map.of("PWD", "/home", "SHELL", "bash", "KOREAN", "한국어", "NULL", "");

    private final Expander expander = new Expander('\\');

    @TestFactory
    Stream<DynamicTest> expand_envVarTest() {
        return Vectors.text(Vectors.folder().resolve("envVarTest.txt"))
                .lines()
                .filter(line -> line.startsWith("A|") || line.startsWith("U|"))
                .map(line -> DynamicTest.dynamicTest(line, () -> checkLine(line)));
    }

    private void checkLine(String line) throws ExpansionException {
        String[] fields = line.split("\\|", -1);
        String input = fields[1].strip();
        String expected = fields[2].strip();
        if (expected.equals("error")) {
            assertThatThrownBy(() -> expander.expand(input, ENV::get))
                    .isInstanceOf(ExpansionException.class);
        } else {
            assertThat(expander.expand(input, ENV::get)).isEqualTo(expected);
            assertThat(expander.process(input, ENV::get).text()).isEqualTo(expected);
        }
    }

    @TestFactory
    List<DynamicTest> words_wordsTest() {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, String> env = new HashMap<>(ENV);
        for (String line :
                Vectors.text(Vectors.folder().resolve("wordsTest.txt")).lines().toList()) {
            if (line.startsWith("ENV ")) {
                int equals = line.indexOf('=');
                env.put(line.substring(4, equals), line.substring(equals + 1));
            } else if (line.contains("|") && !line.startsWith("#")) {
                Map<String, String> now = Map.copyOf(env);
                tests.add(DynamicTest.dynamicTest(line, () -> checkWords(line, now)));
            }
        }
        return tests;
    }

    private void checkWords(String line, Map<String, String> env) throws ExpansionException {
        String input = line.substring(0, line.indexOf('|')).strip();
        String expected = line.substring(line.indexOf('|') + 1).stripLeading();
        if (expected.equals("error")) {
            assertThatThrownBy(() -> expander.words(input, env::get))
                    .isInstanceOf(ExpansionException.class);
        } else {
            assertThat(expander.words(input, env::get)).containsExactly(expected.split(","));
        }
    }

    @TestFactory
    Stream<DynamicTest> process_expansionJson() {
        MiniJson cases = MiniJson.parse(Vectors.text(Vectors.folder().resolve("expansion.json")));
        return cases.items().stream()
                .map(c -> DynamicTest.dynamicTest(c.toString(), () -> checkCase(c)));
    }

    private void checkCase(MiniJson c) throws ExpansionException {
        String input = c.get("input").text();
        Map<String, String> env = new HashMap<>();
        for (String name : c.get("envs").keys()) {
            env.put(name, c.get("envs").get(name).text());
        }
        if (input.startsWith("${FOO#()[]")) {
            env.put("FOO", "()[]{}^$.*?|\\x"); // the vector lost it on its way
        }
        if (c.get("expectedErr").isTrue()) {
            assertThatThrownBy(() -> expander.process(input, env::get))
                    .isInstanceOf(ExpansionException.class);
            return;
        }
        assertThat(expander.process(input, env::get).text()).isEqualTo(c.get("expected").text());
    }
}
