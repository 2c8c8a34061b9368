package dev.slipway.lint.model;

import dev.slipway.dockerfile.Cmd;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Entrypoint;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Healthcheck;
import dev.slipway.dockerfile.Heredoc;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.InstructionSource;
import dev.slipway.dockerfile.Invalid;
import dev.slipway.dockerfile.OnBuild;
import dev.slipway.dockerfile.Range;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Shell;
import dev.slipway.dockerfile.Word;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.Builds;
import dev.slipway.lint.ContextFiles;
import dev.slipway.lint.RuleSettings;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A Dockerfile as rules look at it. Made for one run over one file, by one thread.
public final class LintFile {
    private final Dockerfile file;
    private final Lines lines;
    private final List<Instruction> instructions;
    private final List<StageModel> stages = new ArrayList<>();
    private final Map<String, StageModel> byName = new HashMap<>();
    private final Map<StageModel, String> firstShells = new ConcurrentHashMap<>();
    private final List<Pragma> pragmas;
    private final RuleSettings settings;
    private final @Nullable ContextFiles context;
    private final BaseImages bases;
    private final Builds builds;
    private @Nullable BuiltFile built; // once asked for
    private boolean asked;
    private final boolean triggers;
    private @Nullable LintFile held; // what ONBUILDs hold, once asked for
    private final IdentityHashMap<Instruction, Script> scripts = new IdentityHashMap<>();

    /// Cuts a file into stages.
    ///
    /// @param context null if it is not known
    public LintFile(
            Dockerfile file,
            RuleSettings settings,
            @Nullable ContextFiles context,
            BaseImages bases,
            Builds builds) {
        this.file = file;
        this.lines = new Lines(file.text());
        this.instructions = file.instructions();
        this.pragmas = PragmaReader.read(file.comments());
        this.settings = settings;
        this.context = context;
        this.bases = bases;
        this.builds = builds;
        this.triggers = false;
        cut();
    }

    private LintFile(LintFile whole, List<Instruction> triggers) {
        this.file = whole.file;
        this.lines = whole.lines;
        this.instructions = triggers;
        this.pragmas = whole.pragmas;
        this.settings = whole.settings;
        this.context = whole.context;
        this.bases = whole.bases;
        this.builds = Builds.NONE; // what triggers do shows in the builds of others
        this.triggers = true;
        cut();
    }

    /// Returns what the file's `ONBUILD`s hold as a file of its own; null if it has none.
    public @Nullable LintFile triggers() {
        if (held != null || triggers) {
            return held;
        }
        List<Instruction> all = new ArrayList<>();
        for (Instruction instruction : instructions) {
            if (instruction instanceof OnBuild onBuild) {
                all.add(onBuild.trigger());
            }
        }
        if (!all.isEmpty()) {
            held = new LintFile(this, all);
        }
        return held;
    }

    /// Returns whether this is what `ONBUILD`s hold.
    public boolean isTriggers() {
        return triggers;
    }

    private void cut() {
        StageModel current = null;
        int index = 0;
        for (Instruction instruction : instructions) {
            boolean head = !triggers && isFrom(instruction);
            if (head || current == null) {
                StageModel parent =
                        instruction instanceof From from && head ? stage(from.image()) : null;
                current = new StageModel(head ? index++ : -1, head ? instruction : null, parent);
                stages.add(current);
                if (current.name() != null) {
                    byName.put(current.name(), current);
                }
            }
            if (!head) {
                current.add(instruction);
            }
        }
        if (current != null) {
            current.markLast();
        }
    }

    private static boolean isFrom(Instruction instruction) {
        return instruction instanceof From
                || (instruction instanceof Invalid
                        && instruction.source().keyword().text().equalsIgnoreCase("FROM"));
    }

    /// Returns the last stage so far of that name, in any case; null if there is none.
    public @Nullable StageModel stage(String name) {
        return byName.get(name.toLowerCase(Locale.ROOT));
    }

    /// Returns the syntax tree.
    public Dockerfile dockerfile() {
        return file;
    }

    /// Returns the text.
    public String text() {
        return file.text();
    }

    /// Returns the lines of the text.
    public Lines lines() {
        return lines;
    }

    /// Returns all instructions in the order written.
    public List<Instruction> instructions() {
        return instructions;
    }

    /// Returns the stages; the first may be what stands before any `FROM`.
    public List<StageModel> stages() {
        return stages;
    }

    /// Returns the comments that tell something.
    public List<Pragma> pragmas() {
        return pragmas;
    }

    /// Returns what rules were told.
    public RuleSettings settings() {
        return settings;
    }

    /// Returns what is known of the context; null if nothing is.
    public @Nullable ContextFiles context() {
        return context;
    }

    /// Returns what is known of base images.
    public BaseImages bases() {
        return bases;
    }

    /// Returns what the newest build showed; null if there was none.
    public @Nullable BuiltFile built() {
        if (!asked) {
            asked = true;
            built = BuiltFile.of(this, builds);
        }
        return built;
    }

    /// Returns the stretch of the file that a stretch of a script was made of.
    public Range range(Script script, int start, int end) {
        int from = script.source().offset(start);
        return lines.range(from, Math.max(from, script.source().endOffset(end)));
    }

    /// Returns where a command and its arguments are.
    public Range range(Script script, Command command) {
        List<Argument> arguments = command.arguments();
        int end = arguments.isEmpty() ? command.nameWord().end() : arguments.getLast().end();
        return range(script, command.nameWord().start(), end);
    }

    /// Returns the script of a `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`; null if it has none.
    public @Nullable Script script(Instruction instruction) {
        Script known = scripts.get(instruction);
        if (known != null || scripts.containsKey(instruction)) {
            return known;
        }
        Script script = read(instruction);
        scripts.put(instruction, script);
        return script;
    }

    private @Nullable Script read(Instruction instruction) {
        InstructionSource source = instruction.source();
        if (instruction instanceof Run run) {
            Heredoc whole = run.scriptHeredoc();
            if (whole != null) {
                return new Script(run, ScriptText.ofHeredoc(text(), whole), false);
            }
            return command(run, source, source.rest(), source.heredocs());
        }
        if (instruction instanceof Healthcheck check) {
            List<Word> words = source.arguments();
            return check.command() == null || words.size() < 2
                    ? null
                    : command(check, source, words.get(1), List.of());
        }
        boolean command = instruction instanceof Cmd || instruction instanceof Entrypoint;
        return command ? command(instruction, source, source.rest(), List.of()) : null;
    }

    private Script command(
            Instruction instruction, InstructionSource source, Word line, List<Heredoc> heredocs) {
        if (!source.json()) {
            ScriptText text =
                    heredocs.isEmpty()
                            ? ScriptText.ofLine(text(), file.escape(), line)
                            : ScriptText.ofLine(text(), file.escape(), line, heredocs);
            return new Script(instruction, text, false);
        }
        List<Word> words = source.arguments();
        List<Word> command =
                instruction instanceof Healthcheck ? words.subList(1, words.size()) : words;
        return new Script(instruction, ScriptText.ofWords(text(), command), true);
    }

    /// Returns what runs the shell forms at `instruction`, as one line such as `/bin/sh -c`: the
    /// last `SHELL` of the stage or those it builds on, or what a pragma says.
    public String shellAt(StageModel stage, @Nullable Instruction instruction) {
        Shell shell = stage.shellBefore(instruction);
        return shell != null ? String.join(" ", shell.command()) : firstShell(stage);
    }

    /// What runs the shell forms where a stage begins.
    private String firstShell(StageModel stage) {
        Deque<StageModel> asked = new ArrayDeque<>();
        StageModel at = stage;
        String shell = firstShells.get(at);
        while (shell == null) {
            asked.add(at);
            shell = pragmaShell(at);
            StageModel parent = at.parent();
            if (shell == null && parent != null) {
                Shell last = parent.shellBefore(null);
                shell = last != null ? String.join(" ", last.command()) : firstShells.get(parent);
                at = parent;
            } else if (shell == null) {
                shell = "/bin/sh -c";
            }
        }
        for (StageModel each : asked) {
            firstShells.put(each, shell);
        }
        return shell;
    }

    private @Nullable String pragmaShell(StageModel stage) {
        if (pragmas.isEmpty()) {
            return null;
        }
        Instruction head = stage.head();
        int first = head == null ? 1 : head.range().start().line();
        int end = Integer.MAX_VALUE;
        for (StageModel other : stages) {
            Instruction next = other.head();
            if (next != null && next.range().start().line() > first) {
                end = Math.min(end, next.range().start().line());
            }
        }
        String found = null;
        int firstFrom = firstFrom();
        for (Pragma pragma : pragmas) {
            boolean inStage = pragma.line() >= first && pragma.line() < end;
            if (pragma.kind() == Pragma.Kind.SHELL && (inStage || pragma.line() < firstFrom)) {
                found = pragma.codes().getFirst();
            }
        }
        return found;
    }

    private int firstFrom() {
        for (StageModel stage : stages) {
            Instruction head = stage.head();
            if (head != null) {
                return head.range().start().line();
            }
        }
        return 0;
    }

    /// Returns whether a shell of that name is none that scripts are written for here: PowerShell
    /// and `cmd`.
    public static boolean isForeignShell(String shell) {
        String lower = shell.toLowerCase(java.util.Locale.ROOT);
        for (String foreign : Set.of("pwsh", "powershell", "cmd")) {
            if (lower.contains(foreign)) {
                return true;
            }
        }
        return false;
    }
}
