package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Goes through a file line by line, once, and never gives up: what is wrong is noted, and reading
/// goes on behind it.
final class DockerfileParser {
    /// Longest instruction, its lines joined, in characters; here-documents do not count.
    static final int MAX_INSTRUCTION = 1 << 20;

    /// Most instructions and comments. A file of four million characters may hold more than memory
    /// holds of their trees.
    static final int MAX_PARTS = 20_000;

    private final String fileName;
    private final String text;
    private final SourceText source;
    private final Problems problems = new Problems();
    private final DirectiveParser directives;
    private final InstructionReader reader = new InstructionReader(problems);
    private final List<Comment> comments = new ArrayList<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private @Nullable Map<String, Integer> lastLines; // made once a terminator was missing
    private int at;

    DockerfileParser(String fileName, String text) {
        this.fileName = fileName;
        this.text = text;
        this.source = new SourceText(text);
        this.directives = new DirectiveParser(source, problems);
    }

    /// Parses a whole file.
    Dockerfile parse() {
        readAll();
        int first = SourceText.firstOffset(text);
        Stages stages = Stages.of(instructions, problems, source.range(first, first));
        return file(stages.globalArgs(), stages.stages());
    }

    /// Parses instructions that need no stage around them.
    Dockerfile parseFragment() {
        readAll();
        return file(List.of(), List.of());
    }

    private Dockerfile file(List<Arg> globalArgs, List<Stage> stages) {
        return new Dockerfile(
                fileName,
                text,
                directives.escape(),
                directives.directives(),
                comments,
                instructions,
                globalArgs,
                stages,
                problems.sorted());
    }

    private void readAll() {
        int first = SourceText.firstOffset(text);
        if (text.length() > Dockerfile.MAX_LENGTH) {
            String message = "longer than " + Dockerfile.MAX_LENGTH + " characters";
            problems.error(message, source.range(first, first));
        } else {
            for (at = first; at < text.length() && isNotTooMuch(); ) {
                readLine(at == first);
            }
        }
    }

    private boolean isNotTooMuch() {
        if (instructions.size() + comments.size() < MAX_PARTS) {
            return true;
        }
        String message = "more than " + MAX_PARTS + " instructions and comments";
        problems.error(message, source.range(at, at));
        return false;
    }

    private void readLine(boolean firstLine) {
        int start = at;
        int end = lineEnd(start);
        int content = Chars.skipSpace(text, start, end);
        if (content == end) {
            directives.end();
            at = nextLine(start);
        } else if (text.charAt(content) == '#') {
            if (!directives.accept(content, end, firstLine)) {
                comment(content, end);
            }
            at = nextLine(start);
        } else {
            directives.end();
            readInstruction(content);
        }
    }

    private void comment(int hash, int end) {
        int from = Chars.skipSpace(text, hash + 1, end);
        String words = text.substring(from, Chars.dropSpace(text, from, end));
        comments.add(new Comment(words, source.range(hash, end)));
    }

    private int nextLine(int offset) {
        int newline = text.indexOf('\n', offset);
        return newline < 0 ? text.length() : newline + 1;
    }

    // The end of the line without CR and LF.
    private int lineEnd(int start) {
        int newline = text.indexOf('\n', start);
        int end = newline < 0 ? text.length() : newline;
        while (end > start && text.charAt(end - 1) == '\r') {
            end--;
        }
        return end;
    }

    private void readInstruction(int start) {
        LogicalLine.Builder builder = new LogicalLine.Builder(source);
        int end = join(start, builder);
        if (builder.length() > MAX_INSTRUCTION) {
            problems.error(
                    "instruction longer than " + MAX_INSTRUCTION + " characters",
                    source.range(start, start + 1));
            return;
        }
        LogicalLine line = builder.build();
        if (Chars.skipSpace(line.text(), 0, line.text().length()) == line.text().length()) {
            problems.error(
                    "no instruction before the line continuation", source.range(start, start + 1));
            return;
        }
        Draft draft = new Drafter(directives.escape(), problems).draft(line);
        Position from = draft.split().keyword().range().start();
        List<Heredoc> heredocs = draft.mayHaveHeredocs() ? readHeredocs(line) : List.of();
        Position to = heredocs.isEmpty() ? source.at(end) : heredocs.getLast().range().end();
        instructions.add(reader.read(draft, new Range(from, to), heredocs));
    }

    // Joins the lines of an instruction, leaves `at` behind them, returns the end of the last.
    private int join(int start, LogicalLine.Builder builder) {
        int end = lineEnd(start);
        int emptyLine = -1;
        at = nextLine(start);
        int backslash = continuation(start, end);
        builder.add(start, backslash < 0 ? end : backslash);
        while (backslash >= 0 && at < text.length()) {
            int line = at;
            end = lineEnd(line);
            at = nextLine(line);
            int content = Chars.skipSpace(text, line, end);
            if (content == end) {
                emptyLine = emptyLine < 0 ? line : emptyLine;
            } else if (text.charAt(content) == '#') {
                comment(content, end);
            } else {
                backslash = continuation(line, end);
                builder.add(line, backslash < 0 ? end : backslash);
            }
        }
        if (emptyLine >= 0) {
            problems.warning(
                    "NoEmptyContinuation",
                    "Empty continuation line",
                    source.range(emptyLine, lineEnd(emptyLine)));
        }
        return end;
    }

    // Where the escape character that continues the line is, or -1. One that is escaped itself does
    // not continue it.
    private int continuation(int start, int end) {
        char escape = directives.escape();
        int last = end;
        while (last > start && (text.charAt(last - 1) == ' ' || text.charAt(last - 1) == '\t')) {
            last--;
        }
        if (last == start || text.charAt(last - 1) != escape) {
            return -1;
        }
        return last - 1 > start && text.charAt(last - 2) == escape ? -1 : last - 1;
    }

    private List<Heredoc> readHeredocs(LogicalLine line) {
        List<Heredoc> heredocs = new ArrayList<>();
        for (Heredocs.Marker marker : Heredocs.markers(line.text())) {
            Range place = line.range(marker.start(), marker.end());
            Heredoc heredoc = readHeredoc(marker, place);
            if (heredoc == null) {
                problems.error("unterminated heredoc", place);
                break; // what follows may be instructions
            }
            heredocs.add(heredoc);
        }
        return heredocs;
    }

    private @Nullable Heredoc readHeredoc(Heredocs.Marker marker, Range place) {
        int body = at;
        if (lastLines != null && lastLine(lastLines, marker) < body) {
            return null;
        }
        for (int line = body; line < text.length(); line = nextLine(line)) {
            int end = lineEnd(line);
            if (isTerminator(line, end, marker)) {
                at = nextLine(line);
                return new Heredoc(
                        marker.name(),
                        marker.fileDescriptor(),
                        text.substring(body, line),
                        marker.expand(),
                        marker.stripTabs(),
                        place,
                        source.range(body, line),
                        source.range(body, end));
            }
        }
        if (lastLines == null) {
            lastLines = lastLines(body);
        }
        return null;
    }

    private int withoutTabs(int start, int end) {
        int from = start;
        while (from < end && text.charAt(from) == '\t') {
            from++;
        }
        return from;
    }

    private boolean isTerminator(int start, int end, Heredocs.Marker marker) {
        int from = marker.stripTabs() ? withoutTabs(start, end) : start;
        String name = marker.name();
        return end - from == name.length() && text.startsWith(name, from);
    }

    // Without this, a file of nothing but `RUN <<EOF` takes quadratic time.
    private Map<String, Integer> lastLines(int start) {
        Map<String, Integer> lines = new HashMap<>();
        for (int line = start; line < text.length(); line = nextLine(line)) {
            int end = lineEnd(line);
            lines.put(text.substring(line, end), line);
            int from = withoutTabs(line, end);
            if (from > line) {
                lines.put("\t" + text.substring(from, end), line);
            }
        }
        return lines;
    }

    private static int lastLine(Map<String, Integer> lines, Heredocs.Marker marker) {
        int last = lines.getOrDefault(marker.name(), -1);
        return marker.stripTabs()
                ? Math.max(last, lines.getOrDefault("\t" + marker.name(), -1))
                : last;
    }
}
