package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.model.StageModel;
import dev.slipway.lint.shell.ShellProblem;

import org.jspecify.annotations.Nullable;

import java.util.AbstractSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/// What a shell script does that its author hardly meant. Only scripts of `RUN` are looked at.
final class ShellChecks extends RunCheck {
    private static final Set<String> PROXIES =
            Set.of(
                    "HTTP_PROXY",
                    "HTTPS_PROXY",
                    "FTP_PROXY",
                    "NO_PROXY",
                    "http_proxy",
                    "https_proxy",
                    "ftp_proxy",
                    "no_proxy");

    @Override
    void step(Step step) {
        String shell = step.file().shellAt(step.stage(), step.run());
        Dialect dialect = Dialect.of(step.script(), shell);
        if (dialect == Dialect.NONE) {
            return;
        }
        if (dialect == Dialect.OTHER) {
            step.findings()
                    .at(step.run())
                    .as(
                            "SC1071",
                            "Scripts for " + Dialect.firstWord(shell) + " cannot be looked at")
                    .add();
            return;
        }
        ShellVariables variables =
                new ShellVariables(step.script(), given(step.stage(), step.run()));
        ScriptStep script = new ScriptStep(step, dialect, variables);
        for (ShellProblem problem : step.script().tree().problems()) {
            script.report(
                    "SC1073", "Shell syntax: " + problem.message(), problem.start(), problem.end());
        }
        new ExpansionWalk(script).run();
        new HabitWalk(script).run();
        if (dialect.isPosix()) {
            new PosixWalk(script).run();
        }
    }

    /// Returns the variables that the build gives to a script.
    static Set<String> given(StageModel stage, Instruction run) {
        Set<String> variables = stage.variablesBefore(run);
        return new AbstractSet<>() {
            @Override
            public boolean contains(@Nullable Object name) {
                return PROXIES.contains(name) || variables.contains(name);
            }

            @Override
            public Iterator<String> iterator() {
                Set<String> all = new HashSet<>(variables);
                all.addAll(PROXIES);
                return all.iterator();
            }

            @Override
            public int size() {
                Set<String> all = new HashSet<>(variables);
                all.addAll(PROXIES);
                return all.size();
            }
        };
    }
}
