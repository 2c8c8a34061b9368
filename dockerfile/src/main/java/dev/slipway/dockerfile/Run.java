package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// `RUN`.
///
/// @param mounts in the order written
/// @param network `default`, `none` or `host`; null if not given
/// @param security `sandbox` or `insecure`; null if not given
/// @param command the shell form holds the line with its markers; see [#script]
public record Run(
        InstructionSource source,
        List<MountFlag> mounts,
        @Nullable String network,
        @Nullable String security,
        List<Device> devices,
        CommandForm command)
        implements Instruction {
    public Run {
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
    }

    /// Returns the here-documents, in the order of their markers.
    public List<Heredoc> heredocs() {
        return source().heredocs();
    }

    /// Returns the here-document that is the whole command, as in `RUN <<EOF`; else null. Its text
    /// is the script, and if that starts with `#!` it is executed as a file.
    public @Nullable Heredoc scriptHeredoc() {
        return command instanceof CommandForm.ShellForm(String line)
                        && !heredocs().isEmpty()
                        && Heredocs.isMarker(line)
                ? heredocs().getFirst()
                : null;
    }

    /// Returns what the shell gets: the line, the text of [#scriptHeredoc], or the line followed by
    /// its here-documents for the shell to read; null in exec form.
    public @Nullable String script() {
        if (!(command instanceof CommandForm.ShellForm(String line))) {
            return null;
        }
        Heredoc whole = scriptHeredoc();
        return whole != null ? whole.text() : Heredocs.appended(line, heredocs());
    }
}
