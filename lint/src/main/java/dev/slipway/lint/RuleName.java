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

    /// Returns where that tool explains the rule; null if that is not known.
    public @Nullable String link() {
        return switch (tool()) {
            case HADOLINT ->
                    code.equals("DL1000")
                            ? null
                            : "https://github.com/hadolint/hadolint/wiki/" + code;
            case SHELLCHECK -> "https://www.shellcheck.net/wiki/" + code;
            case BUILDKIT ->
                    code.equals("InvalidBaseImagePlatform")
                            ? null
                            : "https://docs.docker.com/go/dockerfile/rule/" + kebab(code) + "/";
            case TRIVY, CHECKOV, DOCKLE, CIS -> null;
        };
    }

    // JSONArgsRecommended is json-args-recommended.
    private static String kebab(String code) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < code.length(); i++) {
            char c = code.charAt(i);
            boolean upper = Character.isUpperCase(c);
            boolean begins =
                    upper
                            && i > 0
                            && (!Character.isUpperCase(code.charAt(i - 1))
                                    || (i + 1 < code.length()
                                            && Character.isLowerCase(code.charAt(i + 1))));
            out.append(begins ? "-" : "").append(Character.toLowerCase(c));
        }
        return out.toString();
    }

    private boolean isDigit(int index) {
        return code.length() > index && Character.isDigit(code.charAt(index));
    }
}
