package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;

import java.time.Instant;
import java.util.List;

/// What linting several files found.
///
/// @param files in the order in which they are shown
/// @param version of this tool
/// @param time when it was made
public record LintReport(List<Result> files, String version, Instant time) {
    public LintReport {
        files = List.copyOf(files);
    }

    /// What was found in a file.
    ///
    /// @param name as it is shown; `-` for standard input
    public record Result(String name, Dockerfile file, List<Finding> findings) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    /// Returns how many findings there are.
    public int count() {
        int n = 0;
        for (Result result : files) {
            n += result.findings().size();
        }
        return n;
    }

    /// Returns whether a finding makes linting fail as it is configured. `codeclimate` and `codacy`
    /// never do: who reads them decides.
    public boolean fails(LintConfig config, List<String> formats) {
        if (config.noFail() || formats.contains("codeclimate") || formats.contains("codacy")) {
            return false;
        }
        for (Result result : files) {
            for (Finding finding : result.findings()) {
                boolean syntax = finding.verdict("DL1000") != null;
                if (syntax || config.fails(finding.severity())) {
                    return true;
                }
            }
        }
        return false;
    }
}
