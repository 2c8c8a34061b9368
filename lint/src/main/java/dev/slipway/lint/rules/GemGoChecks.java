package dev.slipway.lint.rules;

import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;

import java.util.List;

/// RubyGems and Go.
final class GemGoChecks extends RunCheck {
    @Override
    void step(Step step) {
        boolean gem = false;
        boolean go = false;
        for (Command command : step.commands()) {
            if (!gem && command.is("gem", "install", "i") && !isPinnedGem(command)) {
                gem = true;
                step.at(command).as("DL3028").add();
            } else if (!go && command.is("go", "install", "get", "run") && !isPinnedGo(command)) {
                go = true;
                step.at(command).as("DL3062").add();
            }
        }
    }

    private static boolean isPinnedGem(Command install) {
        for (Argument argument : install.arguments()) {
            String text = argument.text();
            if (text.equals("-v") || text.equals("--version") || text.startsWith("--version=")) {
                return true;
            }
        }
        for (Argument argument : install.arguments()) {
            String name = argument.text();
            if (name.equals("--")) {
                return true;
            }
            boolean gem = !argument.isFlag() && !name.equals("install") && !name.equals("i");
            if (gem && name.indexOf(':') < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPinnedGo(Command go) {
        List<Argument> operands = go.operands();
        if (operands.isEmpty()) {
            return true;
        }
        String what = operands.getFirst().text();
        boolean run = what.equals("run");
        if (!run && !what.equals("install") && !what.equals("get")) {
            return true;
        }
        List<Argument> packages =
                operands.subList(1, run ? Math.min(2, operands.size()) : operands.size());
        for (Argument argument : packages) {
            if (!isFixed(argument.text())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFixed(String name) {
        boolean local = name.startsWith(".") || name.startsWith("/");
        int at = name.lastIndexOf('@');
        String version = at < 0 ? "" : name.substring(at + 1);
        return local
                || (at >= 0
                        && !version.isEmpty()
                        && !version.equals("latest")
                        && !version.equals("none"));
    }
}
