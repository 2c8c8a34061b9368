package dev.slipway.lint.shell;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A command of a script. Offsets count the script's characters: `start` is where it begins, `end`
/// is behind its last character.
public sealed interface ShellCommand {
    /// Returns where it begins.
    int start();

    /// Returns the offset behind it.
    int end();

    /// A name and its arguments, perhaps only assignments or redirections.
    record Simple(
            List<Assignment> assignments,
            List<ShellWord> words,
            List<Redirection> redirections,
            int start,
            int end)
            implements ShellCommand {
        public Simple {
            assignments = List.copyOf(assignments);
            words = List.copyOf(words);
            redirections = List.copyOf(redirections);
        }
    }

    /// Commands joined by `|` or `|&`; a single one only if it is negated.
    ///
    /// @param negated whether `!` stands before it
    record Pipeline(boolean negated, List<ShellCommand> commands, int start, int end)
            implements ShellCommand {
        public Pipeline {
            commands = List.copyOf(commands);
        }
    }

    /// Commands joined by `&&` and `||`.
    ///
    /// @param operators one fewer than operands: true for `&&`
    record AndOr(List<ShellCommand> operands, List<Boolean> operators, int start, int end)
            implements ShellCommand {
        public AndOr {
            operands = List.copyOf(operands);
            operators = List.copyOf(operators);
        }
    }

    /// Commands one after the other.
    ///
    /// @param ends what ends each command: `;`, `&`, a line end, or 0 at the end
    record Sequence(List<ShellCommand> commands, List<Character> ends, int start, int end)
            implements ShellCommand {
        public Sequence {
            commands = List.copyOf(commands);
            ends = List.copyOf(ends);
        }
    }

    /// `( … )` or, in the same shell, `{ …; }`.
    record Group(
            boolean subshell, Sequence body, List<Redirection> redirections, int start, int end)
            implements ShellCommand {
        public Group {
            redirections = List.copyOf(redirections);
        }
    }

    /// `if … then … elif … else … fi`.
    ///
    /// @param otherwise what follows `else`; null if there is none
    record If(
            List<Branch> branches,
            @Nullable Sequence otherwise,
            List<Redirection> redirections,
            int start,
            int end)
            implements ShellCommand {
        public If {
            branches = List.copyOf(branches);
            redirections = List.copyOf(redirections);
        }
    }

    /// A condition and what to do if it holds.
    record Branch(Sequence condition, Sequence body) {}

    /// `while` or `until`.
    record Loop(
            boolean until,
            Sequence condition,
            Sequence body,
            List<Redirection> redirections,
            int start,
            int end)
            implements ShellCommand {
        public Loop {
            redirections = List.copyOf(redirections);
        }
    }

    /// `for` or `select`.
    ///
    /// @param variable its name; empty for `for ((…))`, whose header is the only word
    /// @param words what follows `in`; null if there is no `in`
    record For(
            String variable,
            @Nullable List<ShellWord> words,
            Sequence body,
            List<Redirection> redirections,
            int start,
            int end)
            implements ShellCommand {
        public For {
            words = words == null ? null : List.copyOf(words);
            redirections = List.copyOf(redirections);
        }
    }

    /// `case … esac`.
    record Case(
            ShellWord subject, List<Arm> arms, List<Redirection> redirections, int start, int end)
            implements ShellCommand {
        public Case {
            arms = List.copyOf(arms);
            redirections = List.copyOf(redirections);
        }
    }

    /// Patterns of a `case` and what to do if one matches.
    record Arm(List<ShellWord> patterns, Sequence body) {
        public Arm {
            patterns = List.copyOf(patterns);
        }
    }

    /// The definition of a function.
    ///
    /// @param keyword written with `function`
    record Function(String name, boolean keyword, ShellCommand body, int start, int end)
            implements ShellCommand {}

    /// `[[ … ]]` with its words and operators, or `(( … ))` with one word.
    record Test(
            boolean arithmetic,
            List<ShellWord> words,
            List<Redirection> redirections,
            int start,
            int end)
            implements ShellCommand {
        public Test {
            words = List.copyOf(words);
            redirections = List.copyOf(redirections);
        }
    }

    /// `name=value` before a command.
    ///
    /// @param index what stands in `[…]` behind the name; null if there is none
    /// @param append written `+=`
    /// @param value null for an array
    /// @param elements of an array `(…)`; empty else
    record Assignment(
            String name,
            @Nullable String index,
            boolean append,
            @Nullable ShellWord value,
            List<ShellWord> elements,
            int start,
            int end) {
        public Assignment {
            elements = List.copyOf(elements);
        }
    }

    /// A redirection.
    ///
    /// @param descriptor the number before the operator, or -1
    /// @param operator such as `>` or `<<-`
    /// @param target null if it is missing
    record Redirection(
            int descriptor, String operator, @Nullable ShellWord target, int start, int end) {}
}
