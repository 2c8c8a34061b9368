package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// All rules, found under any of their names.
public final class RuleBook {
    /// The newest rule set.
    public static final String RULE_SET = "2026.1";

    private static final List<String> FILES =
            List.of(
                    "syntax",
                    "stages",
                    "files",
                    "packages",
                    "commands",
                    "shell",
                    "security",
                    "style",
                    "known");

    private final Map<String, Rule> byId = new LinkedHashMap<>();
    private final Map<String, Rule> byName = new HashMap<>();

    private RuleBook(List<Rule> rules) {
        for (Rule rule : rules) {
            add(rule.id(), rule);
            add(rule.name(), rule);
            byId.put(rule.id(), rule);
            for (RuleName name : rule.names()) {
                // CIS controls and some others cover several rules; the first keeps the name.
                byName.putIfAbsent(key(name.code()), rule);
            }
        }
    }

    private void add(String name, Rule rule) {
        if (byName.putIfAbsent(key(name), rule) != null) {
            throw new IllegalStateException("two rules are called " + name);
        }
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /// Reads the rules that come with this library.
    public static RuleBook load() {
        List<Rule> rules = new ArrayList<>();
        for (String file : FILES) {
            String name = "rules/" + file + ".rules";
            try (InputStream in = RuleBook.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("the resource " + name + " is missing");
                }
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                new RuleReader(name, text).readInto(rules);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new RuleBook(rules);
    }

    /// Returns all rules, by area and id.
    public Collection<Rule> rules() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /// Returns the rule with that id or name, of whatever tool, in any case; else null. trivy's
    /// older forms of a name are known too.
    public @Nullable Rule find(String name) {
        Rule rule = byName.get(key(name));
        if (rule != null) {
            return rule;
        }
        String key = key(name);
        if (key.startsWith("avd-ds-")) {
            return byName.get(key.substring(4));
        }
        boolean old = key.startsWith("ds") && key.length() == 5 && Character.isDigit(key.charAt(2));
        return old ? byName.get("ds-0" + key.substring(2)) : null;
    }

    /// Returns the rule with that name.
    ///
    /// @throws IllegalArgumentException if there is none
    public Rule get(String name) {
        Rule rule = find(name);
        if (rule == null) {
            throw new IllegalArgumentException("no rule is called " + name);
        }
        return rule;
    }

    /// Returns the rule for something that ShellCheck says: ours if there is one, with the severity
    /// it says.
    Rule shellCheck(String code, Severity severity) {
        Rule ours = find(code);
        Rule base = ours != null ? ours : get("shellcheck");
        return new Rule(
                ours != null ? ours.id() : code,
                ours != null ? ours.name() : "shellcheck-" + code.toLowerCase(Locale.ROOT),
                severity,
                base.since(),
                Evidence.TEXT,
                true,
                base.fix(),
                ours != null ? ours.names() : List.of(new RuleName(code, null)),
                base.text());
    }
}
