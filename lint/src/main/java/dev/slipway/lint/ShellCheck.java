package dev.slipway.lint;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Run;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;
import dev.slipway.lint.rules.ShellScripts;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The program `shellcheck`, where it is installed. It is given each script of a `RUN` as hadolint
/// gives it: the shell in its first line, a line for every variable the build sets, and the text
/// with its lines joined. What it said of a script is remembered. Safe to share between threads.
public final class ShellCheck {
    private static final int MAX_REMEMBERED = 50_000;

    private final Path program;
    private final Map<Question, List<Comment>> answers =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Question, List<Comment>> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    /// @param program the executable
    public ShellCheck(Path program) {
        this.program = program;
    }

    /// Returns the program if a directory of `path`, as the variable `PATH` has it, holds it; else
    /// null.
    public static @Nullable ShellCheck onPath(String path) {
        int start = 0;
        while (start <= path.length()) {
            int colon = path.indexOf(':', start);
            int end = colon < 0 ? path.length() : colon;
            if (end > start) {
                Path file = Path.of(path.substring(start, end), "shellcheck");
                if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                    return new ShellCheck(file);
                }
            }
            start = end + 1;
        }
        return null;
    }

    /// What it is asked about.
    ///
    /// @param preamble the lines put before the script
    /// @param text the script
    record Question(String preamble, String text) {}

    /// What it says of a script.
    ///
    /// @param start offset in the script
    /// @param end offset behind it
    record Comment(String code, Severity severity, String message, int start, int end) {}

    /// A script that it is asked about.
    record Asked(LintFile file, Script script, Question question) {}

    /// Returns the scripts of a file that it looks at.
    static List<Asked> scripts(LintFile file) {
        List<Asked> scripts = new ArrayList<>();
        collect(file, scripts);
        LintFile triggers = file.triggers();
        if (triggers != null) {
            collect(triggers, scripts);
        }
        return scripts;
    }

    private static void collect(LintFile file, List<Asked> scripts) {
        for (StageModel stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                Script script = instruction instanceof Run ? file.script(instruction) : null;
                String preamble =
                        script == null ? null : ShellScripts.preamble(file, stage, script);
                if (script != null && preamble != null) {
                    Question question = new Question(preamble, script.source().text());
                    scripts.add(new Asked(file, script, question));
                }
            }
        }
    }

    /// Has it look at the scripts of several files, each text once, beside whatever the caller does
    /// until it asks for the answers.
    ShellCheckRun start(List<List<Asked>> files) {
        Map<Question, List<Comment>> known = new LinkedHashMap<>();
        Set<Question> open = new LinkedHashSet<>();
        synchronized (answers) {
            for (List<Asked> scripts : files) {
                for (Asked asked : scripts) {
                    List<Comment> answer = answers.get(asked.question());
                    if (answer == null) {
                        open.add(asked.question());
                    } else {
                        known.put(asked.question(), answer);
                    }
                }
            }
        }
        return ShellCheckRun.start(program, List.copyOf(open), known, this::remember);
    }

    private void remember(Map<Question, List<Comment>> more) {
        synchronized (answers) {
            answers.putAll(more);
        }
    }
}
