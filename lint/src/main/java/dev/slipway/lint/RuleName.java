package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

/// A name that a tool knows a rule by.
///
/// @param code such as `DL3000`, `WorkdirRelativePath` or `CKV_DOCKER_10`
/// @param message what that tool says word by word; null if it depends or is not ours to match
public record RuleName(String code, @Nullable String message) {
    /// The tools whose names are known.
    public enum Tool {
        HADOLINT("hadolint"),
        SHELLCHECK("ShellCheck"),
        BUILDKIT("BuildKit"),
        TRIVY("trivy"),
        CHECKOV("checkov"),
        DOCKLE("dockle"),
        CIS("CIS Docker benchmark");

        private final String title;

        Tool(String title) {
            this.title = title;
        }

        /// Returns the tool's name as its authors write it.
        public String title() {
            return title;
        }
    }

    /// Returns whose name this is.
    public Tool tool() {
        if (code.startsWith("DL") && isDigit(2)) {
            return Tool.HADOLINT;
        }
        if (code.startsWith("SC") && isDigit(2)) {
            return Tool.SHELLCHECK;
        }
        if (code.startsWith("DS-")) {
            return Tool.TRIVY;
        }
        if (code.startsWith("CKV")) {
            return Tool.CHECKOV;
        }
        if (code.startsWith("CIS-DI-") || code.startsWith("DKL-")) {
            return Tool.DOCKLE;
        }
        return code.startsWith("CIS-") ? Tool.CIS : Tool.BUILDKIT;
    }

    private boolean isDigit(int index) {
        return code.length() > index && Character.isDigit(code.charAt(index));
    }
}
