package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A rule, by its own identity and by the names other tools have for it.
///
/// @param id such as `SLW1001`; never given to another rule
/// @param name what it looks for in a few words, such as `relative-workdir`
/// @param severity unless configured otherwise
/// @param since the rule set it came with, such as `2026.1`
/// @param needs what must be known for it to say anything
/// @param inTriggers whether it also looks at what `ONBUILD` holds, as if that stood alone
/// @param fix the kind of fixes it offers
/// @param names of other tools for it
/// @param text its documentation
public record Rule(
        String id,
        String name,
        Severity severity,
        String since,
        Evidence needs,
        boolean inTriggers,
        FixKind fix,
        List<RuleName> names,
        RuleText text) {
    public Rule {
        names = List.copyOf(names);
    }

    /// Returns whether `code` is its id, its name or one of its other names.
    public boolean isCalled(String code) {
        if (id.equalsIgnoreCase(code) || name.equalsIgnoreCase(code)) {
            return true;
        }
        for (RuleName other : names) {
            if (other.code().equalsIgnoreCase(code)) {
                return true;
            }
        }
        return false;
    }

    /// Returns where people have written about the rule under another tool's name; null if that is
    /// not known. Our own page is `docs/lint/<name>.md`.
    public @Nullable String link() {
        for (RuleName other : names) {
            String link = other.link();
            if (link != null) {
                return link;
            }
        }
        return null;
    }
}
