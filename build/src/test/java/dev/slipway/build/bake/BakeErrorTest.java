package dev.slipway.build.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/// What is said of files that make no sense: place, reason, advice.
class BakeErrorTest {
    /// @param marked the file; `«` and `»` around what is at fault
    record Case(String marked, String message, @Nullable String hint) {
        @Override
        public String toString() {
            return message;
        }
    }

    static Stream<Case> hcl() {
        return Stream.of(
                new Case(
                        "target \"t\" {\n  «tag» = []\n}",
                        "a target has no attribute tag",
                        "did you mean tags?"),
                new Case("«targt \"t\"» {}", "there is no block targt", "did you mean target?"),
                new Case("target \"t\" «{»\n", "this '{' is not closed", null),
                new Case("target \"t\" {}\n«}»", "there is a '}' too many", null),
                new Case(
                        "target «\"a b\"» {}",
                        "'a b' is no name of a target",
                        "it takes letters, digits, _ and -; sanitize() makes one of any text"),
                new Case(
                        "target \"t\" {\n  tags = \"x«\n»}",
                        "the string is not closed on its line",
                        "write \\n for a line break, or use a heredoc"),
                new Case(
                        "target \"t\" { args = { A = «VERSIO» } }\nVERSION = 1",
                        "there is no variable VERSIO",
                        "did you mean VERSION?"),
                new Case(
                        "target \"t\" { args = { A = «uper(\"x\")» } }",
                        "there is no function uper",
                        "did you mean upper?"),
                new Case(
                        "target \"t\" { tags = «\"app\"» }",
                        "tags takes a list of strings, and this is a string",
                        "write it in brackets: tags = [ … ]"),
                new Case(
                        "target \"t\" { tags = [\"a\", «{}»] }",
                        "tags takes strings, and this is an object",
                        null),
                new Case(
                        "target \"t\" { output = [«\"dest=x\"»] }",
                        "output: an output needs a type",
                        null),
                new Case(
                        "target \"t\" { secret = [\"id=a\", «\"id=b,mode=1\"»] }",
                        "secret: a secret has no mode",
                        null),
                new Case(
                        "target \"t\" { pull = «3» }",
                        "pull takes true or false, and this is a number",
                        null),
                new Case(
                        "target \"t\" { args = «[]» }",
                        "args takes an object of strings, and this is a list",
                        null),
                new Case(
                        "target \"t\" {\n  matrix = «[1]»\n  name = \"x\"\n}",
                        "matrix takes an object of lists, and this is a list",
                        null),
                new Case("target \"t\" {\n  name = «\"x\"»\n}", "name requires a matrix", null),
                new Case(
                        "target \"t\" {\n  matrix = { a = [1, 2] }\n  name = «\"x\"»\n}",
                        "the matrix gives two targets the name x",
                        null),
                new Case(
                        "target \"t\" { «args» {\n A = 1\n} }",
                        "a target has no block args",
                        "write args = { … }"),
                new Case("a = 1 +«\n»", "expected a value, found the end of the line", null),
                new Case(
                        "a = 1 «2»",
                        "expected the end of the line after the value of a, found '2'",
                        null),
                new Case("a = 1 / «0»", "this is 0: division by zero", null),
                new Case("«a» = a", "a depends on itself", null),
                new Case(
                        "a = [1, 2\n«»",
                        "expected ',' or ']' after an element, found the end",
                        null),
                new Case(
                        "a = «[1][3]»",
                        "the index is outside of the list, which has 1 element",
                        null),
                new Case("a = «{b = 1}.c»", "there is no key c here", "did you mean b?"),
                new Case(
                        "a = \"x${«{}»}\"",
                        "this is an object, which is no part of a string",
                        null),
                new Case(
                        "a = \"«\\q»\"",
                        "unknown escape '\\q'",
                        "a backslash itself is written \\\\"),
                new Case(
                        "a = «<<EOT»\nfoo\n",
                        "the heredoc is not closed: no line says EOT alone",
                        null),
                new Case("a = \"%{ if true }x«\"»", "the template ends before else or endif", null),
                new Case("«/*» x", "the comment is not closed", null),
                new Case("a = 1\n«a» = 2", "a is set twice, first on line 1", null),
                new Case("a = upper(«[]»)", "upper: expected a string, found a list", null),
                new Case("a = «upper()»", "upper takes 1 argument", null),
                new Case("«function \"f\"» { params = [] }", "the function f has no result", null),
                new Case(
                        "variable \"a\" { «defualt» = 1 }",
                        "a variable has no attribute defualt",
                        "did you mean default?"),
                new Case(
                        "variable \"a\" {\n type = number\n default = «\"x\"»\n}",
                        "this must be of type number, and is a string",
                        null),
                new Case(
                        "variable \"a\" { type = «strin» }",
                        "this is no type",
                        "types are string, number, bool, any, list(…), set(…), map(…), tuple([…]) and object({…})"),
                new Case(
                        "variable \"a\" {\n default = \"\"\n validation {\n condition = «a != \"\"»\n error_message = \"give a\"\n }\n}",
                        "give a",
                        null),
                new Case("«group \"g\"» {}", "the group g has no targets", null),
                new Case(
                        "group \"g\" {\n targets = []\n «matrix» = {}\n}",
                        "a group has no matrix, targets have",
                        null),
                new Case(
                        "target \"t\" { args = { A = «target» } }",
                        "target alone has no value",
                        "name one and its attribute, as in target.app.tags"),
                new Case(
                        "target \"t\" { args = { A = «target.u.args» } }",
                        "there is no target u",
                        null));
    }

    private static void check(Case expected, String name) {
        int start = expected.marked().indexOf('«');
        int end = expected.marked().indexOf('»') - 1;
        var text = expected.marked().replace("«", "").replace("»", "");
        var place = new SourceText(name, text).place(start, end);
        var error =
                catchThrowableOfType(
                        BakeException.class,
                        () ->
                                BakeDefinition.parse(
                                        List.of(new BakeSource(name, text)),
                                        Bakes.environment(java.util.Map.of())));
        assertThat(error).as(text).isNotNull();
        assertThat(error).hasMessage(expected.message());
        assertThat(error.place()).isNotNull();
        assertThat(String.valueOf(error.place())).isEqualTo(place.toString());
        assertThat(error.hint()).isEqualTo(expected.hint());
    }

    @ParameterizedTest
    @MethodSource
    void hcl(Case expected) {
        check(expected, "docker-bake.hcl");
    }

    static Stream<Case> json() {
        return Stream.of(
                new Case(
                        "{\"target\": {\"t\": {\"args\": {\"A\": \"x${«FOO»}\"}}}}",
                        "there is no variable FOO",
                        null),
                new Case(
                        "{\"target\": {\"t\": {\"args\": {\"A\": \"\\u0041\\n${«FOO»}\"}}}}",
                        "there is no variable FOO",
                        null),
                new Case(
                        "{\"target\": {\"t\": {«\"tag»\": []}}}",
                        "a target has no attribute tag",
                        "did you mean tags?"),
                new Case(
                        "{\"target\": {\"t\": {}«,»}}".replace("«,»}", ",«}»"),
                        "expected a value after ',', found '}'",
                        null),
                new Case("{\"a\": «nul»}", "nul is no JSON value", "text stands in quotes"),
                new Case("{\"a\": «\"x»", "the string is not closed", null),
                new Case("{\"a\": 1} «x»", "expected the end of the file, found 'x'", null),
                new Case("{\"target\": «3»}", "expected an object of names", null));
    }

    @ParameterizedTest
    @MethodSource
    void json(Case expected) {
        check(expected, "docker-bake.json");
    }

    static Stream<Case> compose() {
        return Stream.of(
                new Case(
                        "services:\n  a:\n    build:\n      contxt: «.»\n",
                        "a build section has no contxt",
                        "see the Compose build specification"),
                new Case(
                        "services:\n  a:\n    build:\n      context: «${DIR:?set it}»\n",
                        "the variable DIR is required: set it",
                        null),
                new Case(
                        "services:\n  a:\n    build:\n      context: «${DIR»\n",
                        "'${' is not closed",
                        "a plain $ is written $$"),
                new Case(
                        "services:\n  a:\n    build:\n      no_cache: «maybe»\n",
                        "expected true or false",
                        null),
                new Case(
                        "services:\n  a:\n    build: .\n  «a»:\n    build: .\n",
                        "a is given twice",
                        null),
                new Case(
                        "services:\n  a:\n    extends: «b»\n    build: .\n",
                        "there is no service b",
                        "did you mean a?"),
                new Case("«v»ersion: 3\n", "the Compose file has no services", null));
    }

    @ParameterizedTest
    @MethodSource
    void compose(Case expected) {
        check(expected, "compose.yaml");
    }

    @Test
    void compose_withAliasBomb_isBounded() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            var alias = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + (alias + ", ").repeat(9) + alias + "]\n");
        }
        var error =
                catchThrowableOfType(
                        BakeException.class,
                        () -> Bakes.compose(bomb + "services: {}", java.util.Map.of()));
        assertThat(error).hasMessage("aliases and nesting make this too large");
    }

    @Test
    void place_pointsBelowTheLine() {
        var source = new SourceText("f", "ab\n\tcd ef\n");
        var place = source.place(7, 9);
        assertThat(place).isEqualTo(new BakePlace("f", 2, 5, 2, "\tcd ef"));
        assertThat(place.pointer()).isEqualTo("\t   ^^");
    }
}
