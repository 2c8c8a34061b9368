package dev.slipway.build.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/// Expressions and functions: each line is an expression and what it comes to, as JSON.
class ExpressionTest {
    private static final String TABLE =
            """
            # literals and operators
            1 + 2 * 3                                   => 7
            (1 + 2) * 3                                 => 9
            7 / 2                                       => 3.5
            7 % 3                                       => 1
            -2 + 1                                      => -1
            10 - 3 - 2                                  => 5
            "1" + 1                                     => 2
            1.50                                        => 1.5
            1e3                                         => 1000
            1 < 2                                       => true
            2 <= 2                                      => true
            "10" > 9                                    => true
            1 == 1.0                                    => true
            "1" == 1                                    => false
            [1, 2] == [1, 2]                            => true
            null == null                                => true
            !true || true && false                      => false
            true || false && false                      => true
            1 == 2 ? "a" : "b"                          => "b"
            true ? 1 : "a"                              => "1"
            false ? 1 : true ? 2 : 3                    => 2
            null                                        => null
            # strings
            "a${1 + 1}b"                                => "a2b"
            "${[1]}"                                    => [1]
            "$${x} %%{y} $5 %d"                         => "${x} %{y} $5 %d"
            "\\t\\"\\\\\\n\\u00e9"                      => "\\t\\"\\\\\\né"
            "%{ if true }yes%{ else }no%{ endif }"      => "yes"
            "%{ if false }yes%{ endif }"                => ""
            "%{ for x in ["a", "b"] }<${x}>%{ endfor }" => "\\u003ca\\u003e\\u003cb\\u003e"
            "%{ for i, x in ["a", "b"] }${i}${x}%{ endfor }" => "0a1b"
            "a ${~ "b" ~} c"                            => "abc"
            "${"${"deep"}"}"                            => "deep"
            # lists, objects, for
            [1, "a", true, null][1]                     => "a"
            [1, 2, 3,]                                  => [1,2,3]
            {a = 1, "b" : 2, (upper("c")) = 3}          => {"C":3,"a":1,"b":2}
            {a = {b = [5, 6]}}.a.b[1]                   => 6
            {a = {b = 7}}["a"].b                        => 7
            [[1], [2]].1.0                              => 2
            [for x in [1, 2, 3] : x * 2 if x != 2]      => [2,6]
            [for k, v in {b = 2, a = 1} : "${k}${v}"]   => ["a1","b2"]
            [for i, v in ["x", "y"] : i]                => [0,1]
            {for x in ["a", "b"] : x => upper(x)}       => {"a":"A","b":"B"}
            {for x in ["aa", "ab", "b"] : substr(x, 0, 1) => x...} => {"a":["aa","ab"],"b":["b"]}
            [{n = 1}, {n = 2}][*].n                     => [1,2]
            [{n = [1]}, {n = [2]}].*.n                  => [[1],[2]]
            [{n = [1]}, {n = [2]}][*].n[0]              => [1,2]
            null[*]                                     => []
            {n = 1}[*].n                                => [1]
            # text
            upper("aé") == "AÉ"                         => true
            lower("AB")                                 => "ab"
            title("hello big world")                    => "Hello Big World"
            trim("--a--", "-")                          => "a"
            trimspace("  a ")                           => "a"
            trimprefix("v1.2", "v")                     => "1.2"
            trimsuffix("a.go", ".go")                   => "a"
            chomp("a\\n\\n")                            => "a"
            replace("1.2.3", ".", "-")                  => "1-2-3"
            split(",", "a,b,")                          => ["a","b",""]
            join("-", ["a", "b"], ["c"])                => "a-b-c"
            strlen("héllo")                             => 5
            substr("hello", 1, 3)                       => "ell"
            substr("hello", -3, -1)                     => "llo"
            reverse("abc")                              => "cba"
            indent(2, "a\\nb")                          => "a\\n  b"
            format("%s-%03d-%.2f-%q-%t", "a", 7, 1.5, "q", true) => "a-007-1.50-\\"q\\"-true"
            format("%-4s|%4s|%x|%b|%v|%%", "a", "b", 255, 5, [1]) => "a   |   b|ff|101|[1]|%"
            format("%[2]s%[1]s", "a", "b")              => "ba"
            formatlist("%s:%d", ["a", "b"], 1)          => ["a:1","b:1"]
            basename("/a/b/c.txt")                      => "c.txt"
            dirname("/a/b/c.txt")                       => "/a/b"
            dirname("a")                                => "."
            sanitize("a.b/c-d_e é")                     => "a_b_c-d_e__"
            # numbers
            absolute(-3)                                => 3
            ceil(1.2)                                   => 2
            floor(-1.2)                                 => -2
            int(1.9)                                    => 1
            max(1, 3, 2)                                => 3
            min(1, 3, 2)                                => 1
            pow(2, 10)                                  => 1024
            log(8, 2)                                   => 3
            signum(-9)                                  => -1
            parseint("ff", 16)                          => 255
            add(1, 2)                                   => 3
            subtract(1, 2)                              => -1
            multiply(2, 3)                              => 6
            divide(1, 4)                                => 0.25
            modulo(7, 4)                                => 3
            negate(2)                                   => -2
            greaterthan(2, 1)                           => true
            lessthanorequalto(2, 2)                     => true
            equal("a", "a")                             => true
            notequal("a", "a")                          => false
            and(true, "false")                          => false
            or(true, false)                             => true
            not(true)                                   => false
            # collections
            length([1, 2])                              => 2
            length({a = 1})                             => 1
            concat([1], [2, 3])                         => [1,2,3]
            contains(["a"], "a")                        => true
            distinct([1, 2, 1])                         => [1,2]
            compact(["a", "", null])                    => ["a"]
            element(["a", "b"], 3)                      => "b"
            flatten([1, [2, [3]]])                      => [1,2,3]
            index(["a", "b"], 1)                        => "b"
            indexof(["a", "b"], "b")                    => 1
            hasindex(["a"], 1)                          => false
            hasindex({a = 1}, "a")                      => true
            keys({b = 1, a = 2})                        => ["a","b"]
            values({b = 1, a = 2})                      => [2,1]
            lookup({a = 1}, "b", 9)                     => 9
            merge({a = 1, b = 1}, {b = 2})              => {"a":1,"b":2}
            range(3)                                    => [0,1,2]
            range(1, 8, 3)                              => [1,4,7]
            range(3, 0)                                 => [3,2,1]
            reverselist([1, 2])                         => [2,1]
            slice([1, 2, 3], 1, 3)                      => [2,3]
            sort(["b", "a"])                            => ["a","b"]
            zipmap(["a", "b"], [1, 2])                  => {"a":1,"b":2}
            chunklist([1, 2, 3], 2)                     => [[1,2],[3]]
            coalesce(null, "", "a")                     => ""
            coalescelist([], [1])                       => [1]
            setunion(["b"], ["a", "b"])                 => ["a","b"]
            setintersection([1, 2], [2, 3])             => [2]
            setsubtract([1, 2], [2])                    => [1]
            setsymmetricdifference([1, 2], [2, 3])      => [1,3]
            setproduct(["a", "b"], [1])                 => [["a",1],["b",1]]
            sethaselement([1], 1)                       => true
            # encodings
            base64encode("é")                           => "w6k="
            base64decode("w6k=")                        => "é"
            byteslen("é")                               => 2
            urlencode("a b&c")                          => "a+b%26c"
            jsonencode({a = [1, "x", null, true]})      => "{\\"a\\":[1,\\"x\\",null,true]}"
            jsondecode("{\\"a\\": [1.50, null]}")       => {"a":[1.5,null]}
            csvdecode("a,b\\n1,\\"x,y\\"\\n")           => [{"a":"1","b":"x,y"}]
            md5("a")                                    => "0cc175b9c0f1b6a831c399e269772661"
            sha1("a")                                   => "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
            substr(sha256(""), 0, 8)                    => "e3b0c442"
            substr(sha512(""), 0, 8)                    => "cf83e135"
            uuidv5("dns", "example.com")                => "cfbff0d1-9375-5685-968c-48ce8b15ae17"
            strlen(uuidv4())                            => 36
            # regular expressions
            regex("[a-z]+", "53453453.345345aaabbbccc23454") => "aaabbbccc"
            regex("(\\\\d\\\\d\\\\d\\\\d)-(\\\\d\\\\d)", "2019-02-01") => ["2019","02"]
            regex("^(?P<scheme>[^:/?#]+):", "https://x")=> {"scheme":"https"}
            regexall("[a-z]", "1a2b")                   => ["a","b"]
            regex_replace("-ab-axxb-", "a(x*)b", "$1W") => "---"
            regex_replace("-ab-axxb-", "a(x*)b", "$${1}W") => "-W-xxW-"
            # addresses
            cidrhost("10.12.112.0/20", 16)              => "10.12.112.16"
            cidrhost("10.12.112.0/20", -2)              => "10.12.127.254"
            cidrhost("fd00:fd12:3456:7890::/72", 34)    => "fd00:fd12:3456:7890::22"
            cidrnetmask("172.16.0.0/12")                => "255.240.0.0"
            cidrsubnet("172.16.0.0/12", 4, 2)           => "172.18.0.0/16"
            cidrsubnets("10.1.0.0/16", 4, 4, 8)         => ["10.1.0.0/20","10.1.16.0/20","10.1.32.0/24"]
            # times
            timestamp()                                 => "2026-03-04T05:06:07Z"
            timeadd("2017-11-22T00:00:00Z", "1h30m")    => "2017-11-22T01:30:00Z"
            timeadd("2017-11-22T00:00:00+02:00", "-10m")=> "2017-11-21T23:50:00+02:00"
            formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z") => "02 Jan 2018 23:12 UTC"
            formatdate("EEEE 'at' H:mm aa Z", "2018-01-02T23:12:01-08:00") => "Tuesday at 11:12 pm -08:00"
            unixtimestampparse(1690328596).rfc3339      => "2023-07-25T23:43:16Z"
            unixtimestampparse(1690328596).weekday_name => "Tuesday"
            # versions
            semvercmp("1.2.3", ">=1.2, <2")             => true
            semvercmp("1.2.3", "~1.1 || 1.3.x")         => false
            semvercmp("2.0.0", "^1.2")                  => false
            semvercmp("0.3.9", "^0.3")                  => true
            semvercmp("1.0.0-rc.1", ">=0.9")            => false
            semvercmp("1.0.0-rc.2", "> 1.0.0-rc.1")     => true
            # trying
            try(nothing.here, "else")                   => "else"
            can(regex("a", "b"))                        => false
            can(1)                                      => true
            convert("7", number) + 1                    => 8
            convert([1, "a", 1], set(string))           => ["1","a"]
            convert({a = 1}, object({a = string, b = optional(number)})) => {"a":"1","b":null}
            max([3, 5]...)                              => 5
            """;

    static Stream<String> lines() {
        return TABLE.lines().filter(line -> !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void expression_comesTo(String line) throws Exception {
        int arrow = line.lastIndexOf("=> ");
        var definition =
                Bakes.hcl(
                        "target \"t\" { args = { v = jsonencode("
                                + line.substring(0, arrow).strip()
                                + ") } }");
        var target = definition.plan(java.util.List.of("t"), java.util.List.of());
        var found = Bakes.of(target.targets(), "t");
        assertThat(found.pairs(TargetAttribute.ARGS).get("v"))
                .isEqualTo(line.substring(arrow + 3).strip());
    }

    @Test
    void heredoc_keepsLines_andDropsIndentationIfAsked() throws Exception {
        var definition =
                Bakes.hcl(
                        """
                        target "t" {
                          args = {
                            plain = <<EOT
                          a "quoted" \\n
                            b ${1 + 1}
                        EOT
                            flush = <<-END

                              FROM x
                                RUN y
                              %{ for z in ["1", "2"] ~}
                              # ${z}
                              %{ endfor ~}
                              END
                          }
                        }
                        """);
        var args =
                Bakes.of(
                        definition.plan(java.util.List.of("t"), java.util.List.of()).targets(),
                        "t");
        assertThat(args.pairs(TargetAttribute.ARGS))
                .containsEntry("plain", "  a \"quoted\" \\n\n    b 2\n")
                .containsEntry("flush", "\nFROM x\n  RUN y\n# 1\n# 2\n");
    }

    @Test
    void functions_ofTheFile_takeParametersAndTheRest() throws Exception {
        var definition =
                Bakes.hcl(
                        """
                        function "tags" {
                          params = [name]
                          variadic_params = versions
                          result = [for v in versions : "${prefix}/${name}:${v}"]
                        }
                        prefix = "acme"
                        function "double" {
                          params = [n]
                          result = n * 2
                        }
                        target "t" {
                          tags = tags("app", "1", double(4))
                        }
                        """);
        assertThat(Bakes.own(definition, "t"))
                .isEqualTo("{\"tags\":[\"acme/app:1\",\"acme/app:8\"]}");
    }

    @Test
    void functions_thatCallThemselves_areRefused() {
        assertThatThrownBy(() ->
                        Bakes.hcl(
                                """
                                function "f" {
                                  params = [n]
                                  result = f(n)
                                }
                                target "t" { args = { a = f(1) } }
                                """))
                .hasMessage("the function f calls itself");
    }

    @Test
    void evaluation_ofBombs_isBounded() {
        var bomb = new StringBuilder("a0 = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a").append(i).append(" = flatten([for x in a").append(i - 1);
            bomb.append(" : a").append(i - 1).append("])\n");
        }
        assertThatThrownBy(() -> Bakes.hcl(bomb + "target \"t\" {}"))
                .isInstanceOf(BakeException.class)
                .hasMessageContaining("more than 100000 elements");
        var doubling = new StringBuilder("b0 = \"0123456789\"\n");
        for (int i = 1; i < 40; i++) {
            doubling.append("b" + i + " = \"${b" + (i - 1) + "}${b" + (i - 1) + "}\"\n");
        }
        assertThatThrownBy(() -> Bakes.hcl(doubling.toString()))
                .isInstanceOf(BakeException.class)
                .hasMessage("the string becomes too long");
        assertThatThrownBy(() -> Bakes.hcl("a = " + "[".repeat(100_000)))
                .isInstanceOf(BakeException.class)
                .hasMessageContaining("nested too deeply");
        assertThatThrownBy(() -> Bakes.json("[".repeat(100_000)))
                .isInstanceOf(BakeException.class)
                .hasMessageContaining("nested too deeply");
        assertThat(Conversion.parse("1e999999999")).isNull();
    }

    @Test
    void semver_ofUnknownText_isAnError() {
        assertThatThrownBy(() -> Bakes.hcl("a = semvercmp(\"q\", \">1\")"))
                .hasMessage("semvercmp: 'q' is no version");
    }
}
