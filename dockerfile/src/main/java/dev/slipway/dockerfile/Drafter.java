package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Cuts instructions into their parts, each kind in its own way.
final class Drafter {
    private final char escape;
    private final Problems problems;

    Drafter(char escape, Problems problems) {
        this.escape = escape;
        this.problems = problems;
    }

    /// Cuts a line, which must hold more than spaces.
    Draft draft(LogicalLine line) {
        return draft(line, 0, line.text().length(), false);
    }

    private Draft draft(LogicalLine line, int from, int to, boolean inTrigger) {
        InstructionSplitter.Split split = new InstructionSplitter(line).split(from, to);
        Keyword keyword = Keyword.of(split.keyword().text());
        Parts parts = new Parts(line, split);
        if (keyword == Keyword.ONBUILD && !inTrigger && split.restStart() < split.restEnd()) {
            parts.trigger = draft(line, split.restStart(), split.restEnd(), true);
            parts.arguments = parts.splitter.whole();
        } else {
            parts.read(keyword);
        }
        return new Draft(
                keyword,
                line,
                from,
                to,
                split,
                parts.arguments,
                parts.json,
                parts.pairs,
                parts.trigger,
                parts.broken);
    }

    private final class Parts {
        private final LogicalLine line;
        private final int start;
        private final int end;
        private final ArgumentSplitter splitter;
        private List<Word> arguments = List.of();
        private List<ArgumentSplitter.Pair> pairs = List.of();
        private @Nullable Draft trigger;
        private boolean json;
        private boolean broken;

        Parts(LogicalLine line, InstructionSplitter.Split split) {
            this.line = line;
            this.start = split.restStart();
            this.end = split.restEnd();
            this.splitter = new ArgumentSplitter(line, start, end);
        }

        void read(@Nullable Keyword kind) {
            if (kind == null) {
                arguments = splitter.whole();
                return;
            }
            switch (kind) {
                case ADD, COPY, VOLUME -> readJsonOr(start, true);
                case CMD, ENTRYPOINT, RUN, SHELL -> readJsonOr(start, false);
                case EXPOSE, FROM -> arguments = splitter.atBlanks();
                case MAINTAINER, STOPSIGNAL, USER, WORKDIR, ONBUILD -> arguments = splitter.whole();
                case ARG -> arguments = splitter.quoted(escape);
                case ENV, LABEL -> readPairs(kind);
                case HEALTHCHECK -> readHealthcheck();
            }
        }

        private void readJsonOr(int from, boolean words) {
            JsonArray array = new JsonArray(line, from, end);
            switch (array.read()) {
                case STRINGS -> {
                    json = true;
                    arguments = array.strings();
                }
                case NOT_STRINGS -> {
                    broken = true;
                    Range other = array.other();
                    problems.error(
                            "when using JSON array syntax, arrays must be comprised of strings"
                                    + " only",
                            other == null ? line.range(from, end) : other);
                }
                case NONE ->
                        arguments =
                                words
                                        ? splitter.atBlanks()
                                        : new ArgumentSplitter(line, from, end).whole();
            }
        }

        private void readHealthcheck() {
            String text = line.text();
            int typeEnd = start;
            while (typeEnd < end && !Chars.isSpace(text.charAt(typeEnd))) {
                typeEnd++;
            }
            if (typeEnd == start) {
                return;
            }
            readJsonOr(Chars.skipSpace(text, typeEnd, end), false);
            List<Word> all = new ArrayList<>(arguments.size() + 1);
            all.add(line.word(start, typeEnd));
            all.addAll(arguments);
            arguments = all;
        }

        private void readPairs(Keyword kind) {
            pairs = splitter.pairs(escape);
            if (pairs.isEmpty() && start < end) {
                broken = true;
                problems.error(kind + " must have two arguments", line.range(start, end));
                return;
            }
            List<Word> words = new ArrayList<>(pairs.size() * 2);
            for (ArgumentSplitter.Pair pair : pairs) {
                words.add(pair.key());
                if (pair.value() != null) {
                    words.add(pair.value());
                } else if (!broken) {
                    broken = true;
                    problems.error(
                            "can't find = in "
                                    + Chars.quoted(pair.key().text())
                                    + ": must be of the form name=value",
                            pair.key().range());
                }
            }
            arguments = words;
        }
    }
}
