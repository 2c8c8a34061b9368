package dev.slipway.lint.output;

import dev.slipway.lint.LintReport;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Findings as text in one format.
public interface Renderer {
    /// All formats.
    List<String> FORMATS =
            List.of(
                    "tty",
                    "json",
                    "checkstyle",
                    "codeclimate",
                    "gitlab_codeclimate",
                    "gnu",
                    "codacy",
                    "sonarqube",
                    "sarif",
                    "junit",
                    "github");

    /// Returns the report as text.
    String render(LintReport report);

    /// Returns the renderer of a format, or null if there is no such format.
    ///
    /// @param color whether `tty` may use colours
    /// @param path what replaces the file's name in the formats that hadolint replaces it in; null
    ///   to keep it
    static @Nullable Renderer of(String format, boolean color, @Nullable String path) {
        return switch (format) {
            case "tty" -> new TerminalRenderer(color);
            case "json" -> new JsonRenderer();
            case "checkstyle" -> new CheckstyleRenderer(path);
            case "codeclimate" -> new CodeClimateRenderer(false, path);
            case "gitlab_codeclimate" -> new CodeClimateRenderer(true, path);
            case "gnu" -> new GnuRenderer();
            case "codacy" -> new CodacyRenderer();
            case "sonarqube" -> new SonarQubeRenderer(path);
            case "sarif" -> new SarifRenderer();
            case "junit" -> new JunitRenderer(path);
            case "github" -> new GitHubRenderer();
            default -> null;
        };
    }
}
