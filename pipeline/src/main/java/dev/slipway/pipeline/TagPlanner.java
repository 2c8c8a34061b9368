package dev.slipway.pipeline;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Makes a plan of rules and facts, as docker/metadata-action does: rules in the order of their
/// priority; the first that gives a tag decides about `latest`.
public final class TagPlanner {
    /// The most a tag may have: OCI distribution-spec, "Pulling manifests".
    private static final int MAX_LENGTH = 128;

    private final TagFacts facts;
    private final TagFlavor flavor;
    private final TagTemplate template;
    private final List<PlannedTag> tags = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private boolean latest;
    private PlannedTag.@Nullable VersionLine main; // of the rule that decides about latest

    private TagPlanner(TagFacts facts, TagFlavor flavor, int shaLength) {
        this.facts = facts;
        this.flavor = flavor;
        this.template = new TagTemplate(facts, shaLength);
    }

    /// Makes a plan.
    ///
    /// @param rules as they are written; empty: [TagRule#USUAL]
    /// @param labels `key=value`, which go before what the facts say; others are left out
    /// @param annotations as `labels`
    /// @param shaLength of a short commit
    public static TagPlan plan(
            List<String> images,
            List<String> rules,
            TagFlavor flavor,
            List<String> labels,
            List<String> annotations,
            TagFacts facts,
            int shaLength)
            throws TagRuleException {
        List<TagRule> parsed = new ArrayList<>();
        for (var rule : rules.isEmpty() ? TagRule.USUAL : rules) {
            parsed.add(TagRule.parse(rule));
        }
        parsed.sort(Comparator.comparingInt(TagRule::priority).reversed());
        var planner = new TagPlanner(facts, flavor, shaLength);
        for (var rule : parsed) {
            planner.add(rule);
        }
        planner.addLatest();
        var main = planner.tags.isEmpty() ? "" : planner.tags.getFirst().name();
        return new TagPlan(
                images.stream().map(image -> image.toLowerCase(Locale.ROOT)).toList(),
                main,
                planner.tags,
                planner.labels(main, labels),
                planner.labels(main, annotations),
                planner.skipped);
    }

    private void add(TagRule rule) throws TagRuleException {
        var enable = rule.has("enable") ? template.of(rule.attribute("enable")) : "true";
        if (!enable.equals("true") && !enable.equals("false")) {
            throw new TagRuleException(
                    "enable is '" + enable + "' in the rule " + rule, "it must be true or false");
        }
        if (enable.equals("false")) {
            skip(rule, "it is not enabled");
            return;
        }
        switch (rule.type()) {
            case SCHEDULE -> schedule(rule);
            case SEMVER, PEP440 -> version(rule);
            case MATCH -> match(rule);
            case EDGE -> edge(rule);
            case REF -> ref(rule);
            case RAW -> put(rule, template.of(rule.attribute("value")), false, "its text", null);
            case SHA -> sha(rule);
        }
    }

    private void skip(TagRule rule, String why) {
        skipped.add(rule + ": " + why);
    }

    private void schedule(TagRule rule) throws TagRuleException {
        if (!facts.event().contains("schedule")) {
            skip(rule, "nothing is scheduled");
            return;
        }
        put(rule, template.of(rule.attribute("pattern")), false, "a schedule", null);
    }

    /// The git tag, or what the rule names instead; null if there is neither.
    private @Nullable String source(TagRule rule) throws TagRuleException {
        return rule.has("value") ? template.of(rule.attribute("value")) : facts.tag();
    }

    private void version(TagRule rule) throws TagRuleException {
        var text = source(rule);
        if (text == null) {
            skip(rule, "no git tag is built");
            return;
        }
        text = text.replace('/', '-');
        if (rule.has("match")) {
            var match = pattern(rule, rule.attribute("match")).matcher(text);
            if (!match.find()) {
                skip(rule, text + " does not match " + rule.attribute("match"));
                return;
            }
            var group = match.groupCount() > 0 ? match.group(1) : null;
            text = group == null ? match.group() : group;
        }
        boolean semver = rule.type() == TagRule.Type.SEMVER;
        var found = semver ? Version.semver(text) : Version.pep440(text);
        if (found == null) {
            skip(rule, text + " is no version of " + (semver ? "semver" : "PEP 440"));
            return;
        }
        var pattern = rule.attribute("pattern");
        boolean raw = pattern.replace(" ", "").equals("{{raw}}");
        // A pre-release is nobody's 1.2.
        var used = found.preRelease().isEmpty() || raw ? pattern : "{{version}}";
        put(
                rule,
                template.of(used, found.names()),
                found.preRelease().isEmpty(),
                text,
                line(used, found));
    }

    private static PlannedTag.VersionLine line(String pattern, Version found) {
        boolean whole =
                pattern.contains("raw") || pattern.contains("version") || pattern.contains("patch");
        return new PlannedTag.VersionLine(
                found.text(), whole ? 3 : pattern.contains("minor") ? 2 : 1, "", "");
    }

    private Pattern pattern(TagRule rule, String text) throws TagRuleException {
        int flags = 0;
        var body = text;
        int end = text.lastIndexOf('/');
        if (text.startsWith("/") && end > 0 && text.substring(end + 1).matches("[gimsuy]*")) {
            body = text.substring(1, end);
            flags = text.indexOf('i', end) > 0 ? Pattern.CASE_INSENSITIVE : 0;
        }
        try {
            return Pattern.compile(body, flags);
        } catch (PatternSyntaxException e) {
            throw new TagRuleException(
                    "invalid pattern in the rule " + rule + ": " + e.getDescription(), null);
        }
    }

    private void match(TagRule rule) throws TagRuleException {
        var text = source(rule);
        if (text == null) {
            skip(rule, "no git tag is built");
            return;
        }
        int group;
        try {
            group = Integer.parseInt(rule.attribute("group"));
        } catch (NumberFormatException _) {
            throw new TagRuleException("the group in the rule " + rule + " is no number", null);
        }
        var match = pattern(rule, rule.attribute("pattern")).matcher(text);
        if (!match.find()) {
            skip(rule, text + " does not match");
        } else if (group < 0 || group > match.groupCount() || match.group(group) == null) {
            skip(rule, "there is no group " + group);
        } else {
            put(rule, match.group(group), true, text, null);
        }
    }

    private void edge(TagRule rule) throws TagRuleException {
        var branch = facts.branch();
        var wanted =
                rule.has("branch") ? template.of(rule.attribute("branch")) : facts.defaultBranch();
        if (branch == null || !branch.equals(wanted)) {
            skip(rule, wanted + " is not built");
            return;
        }
        put(rule, "edge", false, "the branch " + branch, null);
    }

    private void ref(TagRule rule) throws TagRuleException {
        var event = rule.attribute("event");
        var name =
                switch (event) {
                    case "branch" -> facts.branch();
                    case "tag" -> facts.tag();
                    default -> facts.pullRequest();
                };
        if (name == null) {
            skip(rule, "no " + (event.equals("pr") ? "pull request" : event) + " is built");
            return;
        }
        put(rule, name.replace('/', '-'), event.equals("tag"), event + " " + name, null);
    }

    private void sha(TagRule rule) throws TagRuleException {
        if (facts.sha().isEmpty()) {
            skip(rule, "the commit is not known");
            return;
        }
        boolean whole = rule.attribute("format").equals("long");
        put(rule, whole ? facts.sha() : template.shortSha(), false, "the commit", null);
    }

    private void put(
            TagRule rule,
            String value,
            boolean isLatest,
            String of,
            PlannedTag.@Nullable VersionLine line)
            throws TagRuleException {
        if (value.isEmpty()) {
            skip(rule, "it gives no text");
            return;
        }
        var prefix = rule.has("prefix") ? rule.attribute("prefix") : flavor.prefix();
        var suffix = rule.has("suffix") ? rule.attribute("suffix") : flavor.suffix();
        var before = template.of(prefix);
        var behind = template.of(suffix);
        var name = sanitized(before + value + behind);
        var within =
                line == null
                        ? null
                        : new PlannedTag.VersionLine(
                                line.version(), line.numbers(), before, behind);
        if (tags.isEmpty()) {
            latest = flavor.latest().equals("auto") ? isLatest : flavor.latest().equals("true");
            main = within == null ? new PlannedTag.VersionLine(value, 3, before, behind) : within;
        }
        if (name.isEmpty() || tags.stream().anyMatch(tag -> tag.name().equals(name))) {
            return;
        }
        boolean immutable =
                rule.type() == TagRule.Type.SHA
                        || (line != null && line.numbers() == 3)
                        || (rule.type() == TagRule.Type.REF && facts.tag() != null);
        tags.add(new PlannedTag(name, rule + ", of " + of, within, immutable));
    }

    /// Makes text that a registry takes: OCI distribution-spec,
    /// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
    static String sanitized(String text) {
        var out = new StringBuilder();
        boolean replaced = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean valid =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '.'
                            || c == '_'
                            || c == '-';
            if (valid || !replaced) {
                out.append(valid ? c : '-');
            }
            replaced = !valid;
        }
        int start = 0;
        while (start < out.length() && (out.charAt(start) == '.' || out.charAt(start) == '-')) {
            start++;
        }
        return out.substring(start, Math.min(out.length(), start + MAX_LENGTH));
    }

    private void addLatest() throws TagRuleException {
        if (tags.isEmpty() || !latest) {
            return;
        }
        var name =
                (flavor.prefixLatest() ? template.of(flavor.prefix()) : "")
                        + "latest"
                        + (flavor.suffixLatest() ? template.of(flavor.suffix()) : "");
        var version = main == null ? null : Version.semver(main.version());
        var line =
                main == null || version == null
                        ? new PlannedTag.VersionLine("", 0, "", "")
                        : new PlannedTag.VersionLine(
                                version.text(), 0, main.prefix(), main.suffix());
        tags.add(
                new PlannedTag(
                        sanitized(name), "latest of " + tags.getFirst().name(), line, false));
    }

    private SortedMap<String, String> labels(String main, List<String> own) {
        var labels = new TreeMap<String, String>();
        var prefix = "org.opencontainers.image.";
        labels.put(prefix + "title", facts.repository().name());
        labels.put(prefix + "description", facts.repository().description());
        labels.put(prefix + "url", facts.repository().url());
        labels.put(prefix + "source", facts.repository().url());
        labels.put(prefix + "version", main);
        var created = facts.created().atZone(java.time.ZoneOffset.UTC);
        labels.put(prefix + "created", Moment.format("YYYY-MM-DD[T]HH:mm:ss.SSS[Z]", created));
        labels.put(prefix + "revision", facts.sha());
        labels.put(prefix + "licenses", facts.repository().license());
        for (var label : own) {
            int equals = label.indexOf('=');
            if (equals > 0) {
                labels.put(label.substring(0, equals), label.substring(equals + 1));
            }
        }
        return labels;
    }
}
