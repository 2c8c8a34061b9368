package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// How to lint: what is ignored, what it counts as, what is told to rules, and how it is shown.
///
/// @param ignored rules not reported, by any of their names
/// @param severities of rules by any of their names, in lower case
/// @param threshold the least severity that makes linting fail; [Severity#IGNORE]: whatever is
///   reported does
/// @param noFail whether it never fails
/// @param noColor whether output is plain
/// @param noPragmas whether comments cannot silence anything
/// @param formats of the output; empty: for people
/// @param ruleSet the newest rules that count; later ones are reported as information at most
/// @param shellCheck whether ShellCheck runs if it is installed
/// @param excluded patterns of paths that a search of directories leaves out
public record LintConfig(
        Set<String> ignored,
        Map<String, Severity> severities,
        Severity threshold,
        boolean noFail,
        boolean noColor,
        boolean noPragmas,
        boolean verbose,
        List<String> formats,
        String ruleSet,
        boolean shellCheck,
        List<String> excluded,
        RuleSettings rules) {
    /// Nothing configured.
    public static final LintConfig DEFAULT = new Draft().build();

    public LintConfig {
        ignored = Set.copyOf(ignored);
        severities = Map.copyOf(severities);
        formats = List.copyOf(formats);
        excluded = List.copyOf(excluded);
    }

    /// Returns what a rule counts as; [Severity#IGNORE] if it is not reported.
    public Severity severityOf(Rule rule) {
        for (String code : ignored) {
            if (rule.isCalled(code)) {
                return Severity.IGNORE;
            }
        }
        Severity worst = null;
        for (Map.Entry<String, Severity> entry : severities.entrySet()) {
            boolean worse = worst == null || entry.getValue().atLeast(worst);
            if (rule.isCalled(entry.getKey()) && worse) {
                worst = entry.getValue();
            }
        }
        if (worst != null) {
            return worst;
        }
        boolean later = rule.since().compareTo(ruleSet) > 0;
        return later && rule.severity().atLeast(Severity.WARNING) ? Severity.INFO : rule.severity();
    }

    /// A configuration being put together from several sources, the weakest first: what is single
    /// is replaced, lists grow.
    public static final class Draft {
        private final Set<String> ignored = new LinkedHashSet<>();
        private final Map<String, Severity> severities = new HashMap<>();
        private final Set<String> registries = new LinkedHashSet<>();
        private final Map<String, LabelType> labels = new TreeMap<>();
        private final List<String> formats = new ArrayList<>();
        private final List<String> excluded = new ArrayList<>();
        private final Map<String, String> buildArguments = new LinkedHashMap<>();
        private final Set<String> experimental = new LinkedHashSet<>();
        private Severity threshold = Severity.INFO;
        private boolean noFail;
        private boolean noColor;
        private boolean noPragmas;
        private boolean verbose;
        private boolean strictLabels;
        private boolean shellCheck = true;
        private String ruleSet = RuleBook.RULE_SET;
        private String platform = "linux/amd64";

        /// Ignores rules.
        public Draft ignore(Iterable<String> codes) {
            for (String code : codes) {
                ignored.add(code);
            }
            return this;
        }

        /// Gives a rule a severity; if it has one already, the worse counts.
        public Draft override(String code, Severity severity) {
            String key = code.toLowerCase(Locale.ROOT);
            Severity before = severities.get(key);
            if (before == null || severity.atLeast(before)) {
                severities.put(key, severity);
            }
            return this;
        }

        /// Trusts a registry.
        public Draft trust(String registry) {
            registries.add(registry);
            return this;
        }

        /// Asks for a label.
        public Draft label(String name, LabelType type) {
            labels.put(name, type);
            return this;
        }

        /// Adds an output format.
        public Draft format(String name) {
            formats.add(name);
            return this;
        }

        /// Leaves paths out of a search.
        public Draft exclude(String pattern) {
            excluded.add(pattern);
            return this;
        }

        /// Sets a build argument.
        public Draft buildArgument(String name, String value) {
            buildArguments.put(name, value);
            return this;
        }

        /// Runs an experimental check.
        public Draft experimental(String name) {
            experimental.add(name);
            return this;
        }

        public Draft threshold(Severity least) {
            threshold = least;
            return this;
        }

        public Draft noFail(boolean on) {
            noFail = on;
            return this;
        }

        public Draft noColor(boolean on) {
            noColor = on;
            return this;
        }

        public Draft noPragmas(boolean on) {
            noPragmas = on;
            return this;
        }

        public Draft verbose(boolean on) {
            verbose = on;
            return this;
        }

        public Draft strictLabels(boolean on) {
            strictLabels = on;
            return this;
        }

        public Draft shellCheck(boolean on) {
            shellCheck = on;
            return this;
        }

        public Draft ruleSet(String set) {
            ruleSet = set;
            return this;
        }

        public Draft platform(String target) {
            platform = target;
            return this;
        }

        /// Returns the result.
        public LintConfig build() {
            return new LintConfig(
                    ignored,
                    severities,
                    threshold,
                    noFail,
                    noColor,
                    noPragmas,
                    verbose,
                    formats,
                    ruleSet,
                    shellCheck,
                    excluded,
                    new RuleSettings(
                            List.copyOf(registries),
                            labels,
                            strictLabels,
                            buildArguments,
                            platform,
                            experimental));
        }
    }

    /// Returns whether findings of that severity make linting fail.
    public boolean fails(Severity severity) {
        return threshold == Severity.IGNORE || severity.atLeast(threshold);
    }

    /// Returns this with other settings of rules.
    LintConfig withRules(@Nullable RuleSettings other) {
        return other == null
                ? this
                : new LintConfig(
                        ignored,
                        severities,
                        threshold,
                        noFail,
                        noColor,
                        noPragmas,
                        verbose,
                        formats,
                        ruleSet,
                        shellCheck,
                        excluded,
                        other);
    }
}
