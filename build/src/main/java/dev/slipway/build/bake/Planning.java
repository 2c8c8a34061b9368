package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// From names asked for to the targets and groups they mean, and to the targets those need.
final class Planning {
    private final Map<String, BakeGroup> groups;
    private final TargetResolution resolution;
    private final Map<String, TargetDraft> targets = new TreeMap<>();
    private final Set<String> linked = new TreeSet<>();

    Planning(Map<String, BakeGroup> groups, TargetResolution resolution) {
        this.groups = groups;
        this.resolution = resolution;
    }

    BakePlan plan(Collection<String> asked) throws BakeException {
        var shown = new TreeMap<String, BakeGroup>();
        for (var name : asked) {
            var names = new LinkedHashSet<String>();
            var seen = new TreeMap<String, BakeGroup>();
            collect(name, names, seen);
            seen.forEach((group, members) -> shown.putIfAbsent(group, unique(members)));
            for (var target : names) {
                if (!targets.containsKey(target)) {
                    targets.put(target, resolve(target));
                }
            }
        }
        addDefault(asked, shown);
        for (var name : List.copyOf(targets.keySet())) {
            link(name, new ArrayList<>());
        }
        var built = new TreeMap<String, BakeTarget>();
        targets.forEach(
                (name, draft) -> built.put(name, new BakeTarget(draft, linked.contains(name))));
        return new BakePlan(shown, built);
    }

    private static BakeGroup unique(BakeGroup group) {
        var members = List.copyOf(new LinkedHashSet<>(group.targets()));
        return new BakeGroup(group.name(), group.description(), members);
    }

    private TargetDraft resolve(String name) throws BakeException {
        if (!resolution.names().contains(name)) {
            List<String> known = new ArrayList<>(resolution.names());
            known.addAll(groups.keySet());
            throw new BakeException(
                    "there is no target or group " + name,
                    name.equals("default")
                            ? "name the targets to build, or add a group \"default\""
                            : Nearest.questionOrList(name, known, "targets and groups"));
        }
        return resolution.resolve(name);
    }

    /// Finds the targets of a group, and all groups on the way.
    private void collect(String name, Set<String> into, Map<String, BakeGroup> seen) {
        var group = groups.get(name);
        if (group == null) {
            into.add(name);
        } else if (seen.putIfAbsent(name, group) == null) {
            for (var member : group.targets()) {
                collect(member, into, seen);
            }
        } else if (resolution.names().contains(name)) {
            into.add(name); // in a group of its own name, a target is meant
        }
    }

    /// What was asked for is the default group of what is shown.
    private static void addDefault(Collection<String> asked, Map<String, BakeGroup> shown) {
        var members = new TreeSet<String>();
        var before = shown.get("default");
        if (before != null) {
            members.addAll(before.targets());
        }
        for (var name : asked) {
            if (!name.equals("default") || before == null) {
                members.add(name);
            }
        }
        var description = before == null ? "" : before.description();
        shown.put("default", new BakeGroup("default", description, List.copyOf(members)));
    }

    /// Adds the targets that are contexts of `name`.
    private void link(String name, List<String> path) throws BakeException {
        path.add(name);
        var target = targets.get(name);
        if (target != null
                && target.get(TargetAttribute.CONTEXTS) instanceof Setting.Pairs(var contexts)) {
            for (var from : contexts.values()) {
                if (from.startsWith(BakeTarget.TARGET_CONTEXT)) {
                    link(target, from.substring(BakeTarget.TARGET_CONTEXT.length()), path);
                }
            }
        }
        path.removeLast();
    }

    private void link(TargetDraft target, String to, List<String> path) throws BakeException {
        if (to.equals(target.name())) {
            throw new BakeException("the target " + to + " is a context of itself", null);
        }
        if (path.contains(to)) {
            throw new BakeException(
                    "the targets " + String.join(" → ", path) + " → " + to + " need each other",
                    null);
        }
        var other = targets.get(to);
        if (other == null) {
            other = resolve(to);
            other.set(
                    TargetAttribute.OUTPUT,
                    new Setting.Entries(
                            List.of(
                                    new Setting.Entry(
                                            new HashMap<>(Map.of("type", "cacheonly"))))));
            targets.put(to, other);
            linked.add(to);
        }
        link(to, path);
        var needed = other.texts(TargetAttribute.ENTITLEMENTS);
        if (!needed.isEmpty()) {
            target.add(TargetAttribute.ENTITLEMENTS, new Setting.Texts(needed));
            target.settings().computeIfPresent(TargetAttribute.ENTITLEMENTS, (a, v) -> v.normal(a));
        }
        var mine = target.texts(TargetAttribute.PLATFORMS);
        var theirs = other.texts(TargetAttribute.PLATFORMS);
        if (mine.size() > 1 && theirs.size() > 1 && !theirs.containsAll(mine)) {
            throw new BakeException(
                    target.name()
                            + " is for "
                            + mine
                            + ", but its context "
                            + to
                            + " for "
                            + theirs,
                    "give " + to + " all platforms of " + target.name());
        }
    }
}
