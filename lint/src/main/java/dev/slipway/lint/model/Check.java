package dev.slipway.lint.model;

/// What one rule or several of a kind look for.
public interface Check {
    /// Looks at a file.
    void check(LintFile file, Findings findings);
}
