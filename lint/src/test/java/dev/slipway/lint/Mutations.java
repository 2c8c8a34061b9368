package dev.slipway.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Changes Dockerfiles as people, editors and attackers do: some changes know the language, some
/// none.
final class Mutations {
    private static final int MAX_LENGTH = 200_000;

    private static final List<String> PIECES =
            List.of(
                    "\n",
                    "\\\n",
                    "\\ \t\n",
                    "\\\r\n",
                    "`\n",
                    " ",
                    "\t",
                    "#",
                    "\"",
                    "'",
                    "`",
                    "$",
                    "${",
                    "${x:-",
                    "${x##*/}",
                    "}",
                    "$(",
                    ")",
                    "(",
                    "<<EOF\n",
                    "EOF\n",
                    "<<-X",
                    "<<'Q' <<R\n",
                    "<<<",
                    "&&",
                    "||",
                    "|",
                    "|&",
                    ";",
                    ";;",
                    "&",
                    "!",
                    "~",
                    "*",
                    "?",
                    ">",
                    "<",
                    "2>&1",
                    "--from=",
                    "--mount=type=",
                    "--",
                    "=",
                    "[",
                    "]",
                    "\r\n",
                    "\r",
                    "\\",
                    "\\\\",
                    "\f",
                    "\u000B",
                    "\u001B[31m",
                    "FROM a AS b\n",
                    "FROM --platform=$TARGETPLATFORM a\n",
                    "RUN ",
                    "ONBUILD ",
                    "ONBUILD ONBUILD ",
                    "COPY a b\n",
                    "ENV a b\n",
                    "if ",
                    "then ",
                    "else ",
                    "fi",
                    "for i in ",
                    "while ",
                    "case x in ",
                    "esac",
                    "{",
                    "do",
                    "done",
                    "f() { ",
                    "# check=skip=all\n",
                    "# escape=`\n",
                    "# syntax=x\n",
                    "#!/usr/bin/env python3\n",
                    "\uFEFF",
                    "\u0000",
                    "\u00A0",
                    "\u2028",
                    "\u0085",
                    "\uD834",
                    "\uDD1E",
                    "𝄞",
                    "İ",
                    "ß",
                    "run ",
                    "As",
                    "$((",
                    "))",
                    "[[ ",
                    "]]",
                    "<(",
                    "sudo ",
                    "cd x; ",
                    "apt-get install x",
                    "apt-get update && ",
                    "wget x | sh",
                    "CMD a\n",
                    "CMD [\"a\", \"b\"]\n",
                    "EXPOSE 80/TCP\n",
                    "EXPOSE 99999-1\n",
                    "HEALTHCHECK --interval=1x CMD ",
                    "SHELL [\"/bin/bash\", \"-c\"]\n",
                    "# hadolint ignore=DL3000\n",
                    "# hadolint shell=powershell\n",
                    "# slipway ignore=all\n",
                    "\n\n",
                    "LABEL ",
                    "USER 0\n",
                    "WORKDIR a\n",
                    "MAINTAINER x\n",
                    "@",
                    ":latest");
    private static final List<String> FLAGS =
            List.of(
                    "--platform=linux/arm64",
                    "--platform=$BUILDPLATFORM",
                    "--from=b",
                    "--from=0",
                    "--chown=1:1",
                    "--chmod=755",
                    "--link",
                    "--parents",
                    "--exclude=*.c",
                    "--checksum=sha256:00",
                    "--mount=type=cache,target=/var/cache/apt",
                    "--mount=type=bind,source=a,target=/b",
                    "--mount=type=secret,id=x",
                    "--network=none",
                    "--security=insecure",
                    "--interval=5s",
                    "--retries=3",
                    "--unknown",
                    "--mount",
                    "--chown=");
    private static final List<String> KEYWORDS =
            List.of(
                    "ADD",
                    "ARG",
                    "CMD",
                    "COPY",
                    "ENTRYPOINT",
                    "ENV",
                    "EXPOSE",
                    "FROM",
                    "HEALTHCHECK",
                    "LABEL",
                    "MAINTAINER",
                    "ONBUILD",
                    "RUN",
                    "SHELL",
                    "STOPSIGNAL",
                    "USER",
                    "VOLUME",
                    "WORKDIR",
                    "onbuild",
                    "Run");
    private static final String[][] AROUND = {
        {"$(", ")"},
        {"`", "`"},
        {"\"", "\""},
        {"'", "'"},
        {"sh -c \"", "\""},
        {"bash -c '", "'"},
        {"{ ", "; }"},
        {"(", ")"},
        {"if ", "; then :; fi"},
        {"${x:-", "}"},
        {"$((", "))"},
        {"eval \"", "\""},
        {"<<EOF\n", "\nEOF\n"},
        {"[\"", "\"]"},
        {"# ", ""},
        {"ONBUILD ", ""},
    };

    private final List<String> seeds;
    private final SplittableRandom random;

    Mutations(List<String> seeds, SplittableRandom random) {
        this.seeds = seeds;
        this.random = random;
    }

    /// Returns another file.
    String next() {
        StringBuilder out = new StringBuilder(any(seeds));
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            if (random.nextBoolean()) {
                characters(out);
            } else {
                lines(out);
            }
        }
        if (random.nextInt(200) == 0) {
            grow(out);
        }
        return out.toString();
    }

    private String any(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    // Without any idea of what the text is.
    private void characters(StringBuilder out) {
        int at = random.nextInt(out.length() + 1);
        switch (random.nextInt(6)) {
            case 0, 1 -> out.insert(at, any(PIECES));
            case 2 -> out.delete(at, Math.min(out.length(), at + 1 + random.nextInt(8)));
            case 3 -> out.insert(at, out.substring(at, Math.min(out.length(), at + 20)));
            case 4 -> out.append('\n').append(any(seeds));
            default -> {
                if (at < out.length()) {
                    boolean wide = random.nextInt(4) == 0;
                    int c = wide ? random.nextInt(0x3000) : 32 + random.nextInt(95);
                    out.setCharAt(at, (char) c);
                }
            }
        }
    }

    // Line by line, as instructions are.
    private void lines(StringBuilder out) {
        List<String> lines = new ArrayList<>(List.of(out.toString().split("\n", -1)));
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        int blank = line.indexOf(' ');
        switch (random.nextInt(12)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(random.nextInt(lines.size() + 1), line);
            case 2 -> lines.set(at, lines.set(random.nextInt(lines.size()), line));
            case 3 -> {
                if (blank > 0) {
                    lines.set(at, any(KEYWORDS) + line.substring(blank));
                }
            }
            case 4 -> {
                if (blank > 0) {
                    lines.set(
                            at, line.substring(0, blank + 1) + any(FLAGS) + line.substring(blank));
                }
            }
            case 5 -> lines.set(at, around(line));
            case 6 -> lines.set(at, continued(line));
            case 7 -> lines.set(at, line + (random.nextBoolean() ? " \\" : " `"));
            case 8 -> lines.set(at, shuffled(line));
            case 9 -> lines.set(at, cased(line));
            case 10 -> {
                for (int i = random.nextInt(2); i < lines.size(); i++) {
                    lines.set(i, lines.get(i) + "\r");
                }
            }
            default -> heredoc(lines, at);
        }
        out.setLength(0);
        out.append(String.join("\n", lines));
    }

    private String around(String line) {
        String[] pair = AROUND[random.nextInt(AROUND.length)];
        int start = random.nextInt(line.length() + 1);
        int end = start + random.nextInt(line.length() - start + 1);
        return line.substring(0, start)
                + pair[0]
                + line.substring(start, end)
                + pair[1]
                + line.substring(end);
    }

    private String continued(String line) {
        int at = random.nextInt(line.length() + 1);
        String comment = random.nextBoolean() ? "" : "  # between\n";
        return line.substring(0, at) + "\\\n" + comment + line.substring(at);
    }

    private String shuffled(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
        int from = random.nextInt(words.size());
        words.add(random.nextInt(words.size()), words.remove(from));
        return String.join(" ", words);
    }

    private String cased(String line) {
        StringBuilder text = new StringBuilder(line);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (random.nextInt(4) == 0) {
                text.setCharAt(
                        i,
                        Character.isUpperCase(c)
                                ? Character.toLowerCase(c)
                                : Character.toUpperCase(c));
            }
        }
        return text.toString();
    }

    // What follows becomes, or seems to become, a here-document.
    private void heredoc(List<String> lines, int at) {
        String marker = any(List.of("<<E", "<<-E", "<<'E'", "<<\"E\"", "<<E >/f", "<<E <<F"));
        lines.set(at, lines.get(at) + " " + marker);
        lines.add(
                Math.min(lines.size(), at + 1 + random.nextInt(4)),
                random.nextBoolean() ? "E" : "\tE");
    }

    private void grow(StringBuilder out) {
        int start = random.nextInt(out.length() + 1);
        int length = Math.min(out.length() - start, 1 + random.nextInt(40));
        String part = out.substring(start, start + length);
        if (!part.isEmpty()) {
            out.insert(start, part.repeat(1 + random.nextInt(MAX_LENGTH / 10) / part.length()));
        }
    }
}
