package dev.slipway.lint.rules;

import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;

/// The kind of shell a script is for.
enum Dialect {
    /// POSIX sh, whatever that is in the image.
    SH,
    /// dash and BusyBox ash: POSIX sh with `local`.
    DASH,
    BASH,
    KSH,
    /// A shell of another kind, such as zsh.
    OTHER,
    /// No script for a shell: a program for an interpreter, PowerShell, an exec form.
    NONE;

    /// Returns the kind of a script.
    ///
    /// @param shell what runs it, such as `/bin/sh -c`
    static Dialect of(Script script, String shell) {
        if (script.exec()) {
            return NONE;
        }
        String shebang = script.shebang();
        if (!shebang.isEmpty()) {
            Dialect dialect = ofProgram(shebang);
            return dialect == OTHER ? NONE : dialect;
        }
        return LintFile.isForeignShell(shell) ? NONE : ofProgram(shell);
    }

    private static Dialect ofProgram(String line) {
        String program = Wording.baseName(firstWord(line));
        if (program.equals("env")) {
            program = Wording.baseName(firstWord(line.substring(line.indexOf("env") + 3).strip()));
        }
        return switch (program) {
            case "sh" -> SH;
            case "dash", "ash", "busybox" -> DASH;
            case "bash", "bats" -> BASH;
            case "ksh", "ksh88", "ksh93", "mksh" -> KSH;
            default -> OTHER;
        };
    }

    static String firstWord(String line) {
        int blank = line.indexOf(' ');
        return blank < 0 ? line : line.substring(0, blank);
    }

    /// Returns whether it lacks what bash and ksh add.
    boolean isPosix() {
        return this == SH || this == DASH;
    }
}
