package dev.slipway.pipeline;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;

/// Text with `{{name}}` and `{{date 'YYYYMMDD' tz='Asia/Tokyo'}}` in it.
final class TagTemplate {
    private final TagFacts facts;
    private final int shaLength;

    TagTemplate(TagFacts facts, int shaLength) {
        this.facts = facts;
        this.shaLength = shaLength;
    }

    /// Fills in what git and the CI system say.
    String of(String text) throws TagRuleException {
        var branch = facts.branch();
        var tag = facts.tag();
        return of(
                text,
                Map.of(
                        "branch", branch == null ? "" : branch.replace('/', '-'),
                        "tag", tag == null ? "" : tag.replace('/', '-'),
                        "sha", shortSha(),
                        "base_ref", facts.baseRef(),
                        "is_default_branch", Boolean.toString(isDefault()),
                        "is_not_default_branch", Boolean.toString(!isDefault())));
    }

    /// Events that speak of no branch are about the default one.
    private boolean isDefault() {
        return switch (facts.event()) {
            case "create", "discussion", "issues", "schedule" -> true;
            default -> facts.isDefaultBranch();
        };
    }

    String shortSha() {
        return facts.sha().substring(0, Math.min(shaLength, facts.sha().length()));
    }

    /// Fills in `names`, and times.
    String of(String text, Map<String, String> names) throws TagRuleException {
        var out = new StringBuilder();
        int at = 0;
        for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
            int close = text.indexOf("}}", open);
            if (close < 0) {
                throw new TagRuleException("'{{' is not closed in " + text, null);
            }
            out.append(text, at, open);
            out.append(expression(text.substring(open + 2, close).strip(), names, text));
            at = close + 2;
        }
        return out.append(text, at, text.length()).toString();
    }

    private String expression(String inner, Map<String, String> names, String text)
            throws TagRuleException {
        var value = names.get(inner);
        if (value != null) {
            return value;
        }
        if (inner.equals("date") || inner.startsWith("date ")) {
            return time(inner.substring("date".length()), facts.now(), text);
        }
        if (inner.equals("commit_date") || inner.startsWith("commit_date ")) {
            return time(inner.substring("commit_date".length()), facts.created(), text);
        }
        throw new TagRuleException(
                "unknown expression {{" + inner + "}} in " + text,
                "there are branch, tag, sha, base_ref, is_default_branch, date and commit_date");
    }

    /// Only a form in quotes is one; without it, the time is in ISO 8601, as metadata-action has
    /// it.
    private static String time(String arguments, Instant instant, String text)
            throws TagRuleException {
        var rest = arguments.strip();
        var form = "";
        if (rest.startsWith("'") && rest.indexOf('\'', 1) > 0) {
            form = rest.substring(1, rest.indexOf('\'', 1));
        }
        var zone = "UTC";
        int start = rest.indexOf("tz='");
        int end = start < 0 ? -1 : rest.indexOf('\'', start + 4);
        if (end > 0) {
            zone = rest.substring(start + 4, end);
        }
        try {
            return Moment.format(form, instant.atZone(ZoneId.of(zone)));
        } catch (DateTimeException _) {
            throw new TagRuleException("unknown time zone " + zone + " in " + text, null);
        }
    }
}
