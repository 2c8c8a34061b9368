package dev.slipway.cli;

import dev.slipway.cli.output.Human;
import dev.slipway.lint.Fix;
import dev.slipway.lint.Fixer;
import dev.slipway.lint.Linter;
import dev.slipway.lint.output.UnifiedDiff;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/// `slipway lint --fix`: makes the changes, or shows them.
final class LintFixing {
    private final Session session;
    private final Fixer fixer;
    private final boolean diff;
    private final @Nullable LintProof proof;
    private boolean refused;

    /// @param proof must hold before a file is changed; null if none is wanted
    LintFixing(
            Session session,
            Linter linter,
            boolean unsafe,
            boolean diff,
            @Nullable LintProof proof) {
        this.session = session;
        this.fixer = new Fixer(linter, unsafe);
        this.diff = diff;
        this.proof = proof;
    }

    /// Whether changes were not made, or would not be, as the file could not be built with them.
    boolean isRefused() {
        return refused;
    }

    /// Changes files, in place; standard input is written to standard output.
    ///
    /// @return whether that is all there is to do: differences were shown
    boolean run(List<LintCommand.Source> sources) throws Exception {
        boolean done = diff;
        for (LintCommand.Source source : sources) {
            Fixer.Outcome outcome = fixer.fix(source.name(), source.text(), source.context());
            boolean changed = !outcome.text().equals(source.text());
            if (diff) {
                session.out().print(UnifiedDiff.of(source.name(), source.text(), outcome.text()));
                session.out().flush();
            }
            boolean holds = proof == null || !changed || proof.holds(source, outcome.text());
            refused |= !holds;
            if (diff) {
                continue;
            }
            if (source.name().equals("-")) {
                session.out().print(holds ? outcome.text() : source.text());
                done = true;
            } else if (changed && holds) {
                replace(Path.of(source.name()), outcome.text());
                tell(source.name(), outcome.made());
            }
        }
        return done;
    }

    private void tell(String name, List<Fix> made) {
        for (Fix fix : made) {
            int line = fix.edits().getFirst().range().start().line();
            String what = name + ":" + line + " fixed: " + fix.title();
            session.err().println(Human.printable(what));
        }
    }

    // Beside the file and then in its place, so that there is no moment without it.
    private static void replace(Path file, String text) throws IOException {
        Path real = file.toRealPath();
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(real);
        Path beside = real.resolveSibling("." + real.getFileName() + ".slipway-fix");
        try {
            Files.writeString(beside, text);
            Files.setPosixFilePermissions(beside, permissions);
            Files.move(beside, real, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
