package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What `--set` changes: `target.key=value`, `target.key+=value`, `target.args.NAME=value`, with
/// `*` and `?` in the target's name.
final class Overrides {
    /// Keys of `--set` that are called otherwise than the attribute.
    private static final Map<String, String> OTHER_KEYS =
            Map.of(
                    "platform", "platforms",
                    "secrets", "secret",
                    "outputs", "output",
                    "tag", "tags",
                    "extra-host", "extra-hosts");

    /// @param values all that were given for this key, in order
    /// @param appended whether they come to what the file says
    private record Change(List<String> values, boolean appended) {}

    private final Map<String, Map<String, Change>> byTarget = new LinkedHashMap<>();

    private Overrides() {}

    /// @param targets names of all targets
    static Overrides parse(
            List<String> texts, Collection<String> targets, BakeEnvironment environment)
            throws BakeException {
        var overrides = new Overrides();
        for (var text : texts) {
            overrides.add(text, targets, environment);
        }
        return overrides;
    }

    private void add(String text, Collection<String> targets, BakeEnvironment environment)
            throws BakeException {
        int equals = text.indexOf('=');
        var left = equals < 0 ? text : text.substring(0, equals);
        boolean appended = left.endsWith("+");
        left = appended ? left.substring(0, left.length() - 1) : left;
        int dot = left.indexOf('.');
        if (dot <= 0 || dot == left.length() - 1) {
            throw new BakeException(
                    "invalid override " + text,
                    "it is written target.key=value, as in app.tags=v1");
        }
        var key = left.substring(dot + 1);
        String value = equals < 0 ? null : text.substring(equals + 1);
        if (value == null && key.startsWith("args.")) {
            value = environment.environment().get(key.substring("args.".length()));
            if (value == null) {
                return; // as --build-arg NAME without such a variable
            }
        }
        if (value == null) {
            throw new BakeException(
                    "the override " + text + " has no value", "write " + text + "=…");
        }
        for (var name : NamePattern.matching(left.substring(0, dot), targets)) {
            put(name, key, value, appended);
        }
    }

    private void put(String target, String key, String value, boolean appended) {
        byTarget.computeIfAbsent(target, _ -> new LinkedHashMap<>())
                .merge(
                        key,
                        new Change(List.of(value), appended),
                        (before, _) -> {
                            List<String> values = new ArrayList<>(before.values());
                            values.add(value);
                            return new Change(values, appended);
                        });
    }

    /// Changes a target as asked for. What pushes and loads is decided last, by the outputs then.
    void apply(TargetDraft target) throws BakeException {
        var changes = byTarget.getOrDefault(target.name(), Map.of());
        for (var change : changes.entrySet()) {
            if (!change.getKey().equals("push") && !change.getKey().equals("load")) {
                apply(target, change.getKey(), change.getValue());
            }
        }
        var push = changes.get("push");
        if (push != null) {
            OutputSwitches.push(target, flag("push", push));
        }
        var load = changes.get("load");
        if (load != null && flag("load", load)) {
            OutputSwitches.load(target);
        }
    }

    private static boolean flag(String key, Change change) throws BakeException {
        var flag = Conversion.flag(change.values().getLast());
        if (flag == null) {
            throw new BakeException(
                    "invalid value " + change.values().getLast() + " for " + key,
                    "it takes true or false");
        }
        return flag;
    }

    private static void apply(TargetDraft target, String key, Change change) throws BakeException {
        int dot = key.indexOf('.');
        var first = dot < 0 ? key : key.substring(0, dot);
        var attribute = TargetAttribute.of(OTHER_KEYS.getOrDefault(first, first));
        if (attribute == null) {
            throw new BakeException(
                    "unknown key " + first + " in an override",
                    Nearest.question(first, TargetAttribute.keys()));
        }
        boolean isMap = attribute.kind == TargetAttribute.Kind.MAP;
        if (isMap != dot >= 0) {
            throw new BakeException(
                    "invalid key " + key + " in an override",
                    isMap
                            ? first + " needs a name, as in " + first + ".NAME=value"
                            : first + " has no members");
        }
        var value = setting(attribute, dot < 0 ? null : key.substring(dot + 1), change);
        boolean added = change.appended() || isMap || ADDED_ANYWAY.contains(attribute);
        var before = added ? target.get(attribute) : null;
        target.set(attribute, before == null ? value : joined(attribute, before, value));
    }

    /// These never lose what the file says.
    private static final List<TargetAttribute> ADDED_ANYWAY =
            List.of(
                    TargetAttribute.ANNOTATIONS,
                    TargetAttribute.ATTEST,
                    TargetAttribute.ENTITLEMENTS);

    private static Setting joined(TargetAttribute attribute, Setting before, Setting value) {
        if (before instanceof Setting.Texts(List<String> texts)
                && value instanceof Setting.Texts(List<String> more)) {
            List<String> all = new ArrayList<>(texts);
            all.addAll(more);
            return new Setting.Texts(all);
        }
        if (before instanceof Setting.Entries(List<Setting.Entry> entries)
                && value instanceof Setting.Entries(List<Setting.Entry> more)) {
            List<Setting.Entry> all = new ArrayList<>(entries);
            all.addAll(more);
            return new Setting.Entries(all);
        }
        return before.merged(attribute, value);
    }

    private static Setting setting(
            TargetAttribute attribute, @Nullable String member, Change change)
            throws BakeException {
        return switch (attribute.kind) {
            case TEXT -> new Setting.Text(change.values().getLast());
            case FLAG -> new Setting.Flag(flag(attribute.key, change));
            case TEXTS -> new Setting.Texts(change.values());
            case MAP ->
                    new Setting.Pairs(
                            new TreeMap<>(
                                    Map.of(
                                            member == null ? "" : member,
                                            change.values().getLast())));
            case CACHES, OUTPUTS, SECRETS, SSH, ATTESTS, POLICIES -> {
                List<Setting.Entry> entries = new ArrayList<>();
                for (var text : change.values()) {
                    try {
                        entries.addAll(EntryText.parse(attribute.kind, text));
                    } catch (EntryText.Wrong e) {
                        throw new BakeException(
                                "invalid override of " + attribute.key + ": " + e.getMessage(),
                                null);
                    }
                }
                yield new Setting.Entries(entries);
            }
        };
    }
}
