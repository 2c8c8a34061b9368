package dev.slipway.lint.model;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellScript;
import dev.slipway.lint.shell.ShellWalk;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The script of an instruction.
public final class Script {
    private final Instruction instruction;
    private final ScriptText source;
    private final ShellScript tree;
    private final List<Command> commands;
    private final Set<String> assigned = new HashSet<>();
    private final boolean exec;
    private final boolean pipes;

    Script(Instruction instruction, ScriptText source, boolean exec) {
        this.instruction = instruction;
        this.source = source;
        this.tree = ShellScript.parse(source.text());
        this.exec = exec;
        List<Command> all = new ArrayList<>();
        boolean[] piped = new boolean[1];
        new ShellWalk() {
            @Override
            protected void command(ShellCommand command) {
                if (command instanceof ShellCommand.Simple simple && !simple.words().isEmpty()) {
                    all.add(Command.of(simple));
                } else if (command instanceof ShellCommand.Pipeline p && p.commands().size() > 1) {
                    piped[0] = true;
                }
                if (command instanceof ShellCommand.For loop) {
                    assigned.add(loop.variable());
                }
                super.command(command);
            }

            @Override
            protected void assignment(ShellCommand.Assignment assignment) {
                assigned.add(assignment.name());
                super.assignment(assignment);
            }
        }.walk(tree);
        this.commands = List.copyOf(all);
        this.pipes = piped[0];
    }

    /// Returns the instruction it belongs to.
    public Instruction instruction() {
        return instruction;
    }

    /// Returns the text and where it is in the file.
    public ScriptText source() {
        return source;
    }

    /// Returns it as a tree.
    public ShellScript tree() {
        return tree;
    }

    /// Returns every command in it, in the order of the text, however deep.
    public List<Command> commands() {
        return commands;
    }

    /// Returns the variables that assignments and loops in it set; what `read` and others set is
    /// not among them.
    public Set<String> assigned() {
        return assigned;
    }

    /// Returns whether no shell runs it: the words of an exec form.
    public boolean exec() {
        return exec;
    }

    /// Returns whether a `|` is in it.
    public boolean pipes() {
        return pipes;
    }

    /// Returns the interpreter its first line names, such as `/bin/bash`; empty if none.
    public String shebang() {
        String text = source.text();
        if (!text.startsWith("#!")) {
            return "";
        }
        int end = text.indexOf('\n');
        return text.substring(2, end < 0 ? text.length() : end).strip();
    }
}
