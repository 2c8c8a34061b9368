package dev.slipway.lint.shell;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Goes through all of a script in the order of the text, substitutions included.
public abstract class ShellWalk {
    /// Goes through a whole script.
    public final void walk(ShellScript script) {
        command(script.body());
        for (ShellWord body : script.heredocs()) {
            word(body);
        }
    }

    /// Called for every command; goes on to what is in it.
    protected void command(ShellCommand command) {
        switch (command) {
            case ShellCommand.Simple simple -> simple(simple);
            case ShellCommand.Pipeline pipeline -> pipeline.commands().forEach(this::command);
            case ShellCommand.AndOr andOr -> andOr.operands().forEach(this::command);
            case ShellCommand.Sequence sequence -> sequence.commands().forEach(this::command);
            case ShellCommand.Group group -> {
                command(group.body());
                redirections(group.redirections());
            }
            case ShellCommand.If condition -> {
                for (ShellCommand.Branch branch : condition.branches()) {
                    command(branch.condition());
                    command(branch.body());
                }
                commandOrNull(condition.otherwise());
                redirections(condition.redirections());
            }
            case ShellCommand.Loop loop -> {
                command(loop.condition());
                command(loop.body());
                redirections(loop.redirections());
            }
            case ShellCommand.For loop -> {
                List<ShellWord> words = loop.words();
                if (words != null) {
                    words.forEach(this::word);
                }
                command(loop.body());
                redirections(loop.redirections());
            }
            case ShellCommand.Case choice -> {
                word(choice.subject());
                for (ShellCommand.Arm arm : choice.arms()) {
                    arm.patterns().forEach(this::word);
                    command(arm.body());
                }
                redirections(choice.redirections());
            }
            case ShellCommand.Function function -> command(function.body());
            case ShellCommand.Test test -> {
                test.words().forEach(this::word);
                redirections(test.redirections());
            }
        }
    }

    private void commandOrNull(@Nullable ShellCommand command) {
        if (command != null) {
            command(command);
        }
    }

    private void simple(ShellCommand.Simple simple) {
        for (ShellCommand.Assignment assignment : simple.assignments()) {
            assignment(assignment);
        }
        simple.words().forEach(this::word);
        redirections(simple.redirections());
    }

    /// Called for every assignment before a command; goes on to its value.
    protected void assignment(ShellCommand.Assignment assignment) {
        ShellWord value = assignment.value();
        if (value != null) {
            word(value);
        }
        assignment.elements().forEach(this::word);
    }

    private void redirections(List<ShellCommand.Redirection> redirections) {
        for (ShellCommand.Redirection redirection : redirections) {
            redirection(redirection);
        }
    }

    /// Called for every redirection; goes on to its target.
    protected void redirection(ShellCommand.Redirection redirection) {
        ShellWord target = redirection.target();
        if (target != null) {
            word(target);
        }
    }

    /// Called for every word; goes on to its parts.
    protected void word(ShellWord word) {
        for (ShellWord.Part part : word.parts()) {
            part(part, false);
        }
    }

    /// Called for every part of a word; goes on to what is in it.
    ///
    /// @param quoted whether it is in double quotes
    protected void part(ShellWord.Part part, boolean quoted) {
        switch (part) {
            case ShellWord.DoubleQuoted d -> {
                for (ShellWord.Part inner : d.parts()) {
                    part(inner, true);
                }
            }
            case ShellWord.Substitution s -> command(s.body());
            case ShellWord.ProcessSubstitution p -> command(p.body());
            case ShellWord.Arithmetic a -> {
                for (ShellWord.Part inner : a.parts()) {
                    part(inner, true);
                }
            }
            case ShellWord.Parameter p -> {
                if (p.argument() != null) {
                    word(p.argument());
                }
            }
            case ShellWord.Literal _, ShellWord.Single _ -> {}
        }
    }
}
