package dev.slipway.build.bake;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Puts targets together: what they inherit, what they say, what overrides change.
final class TargetResolution {
    private static final String EPOCH = "SOURCE_DATE_EPOCH";

    private final Map<String, TargetDraft> targets;
    private final Overrides overrides;
    private final BakeEnvironment environment;

    TargetResolution(
            Map<String, TargetDraft> targets, Overrides overrides, BakeEnvironment environment) {
        this.targets = targets;
        this.overrides = overrides;
        this.environment = environment;
    }

    Set<String> names() {
        return targets.keySet();
    }

    /// The whole target, with defaults.
    TargetDraft resolve(String name) throws BakeException {
        var whole = whole(name, new HashMap<>(), new HashSet<>());
        var draft = new TargetDraft(name);
        if (whole != null) {
            draft.merge(whole);
        }
        draft.inherits().clear();
        var context = draft.get(TargetAttribute.CONTEXT);
        var path = context instanceof Setting.Text(String text) ? text : ".";
        if (path.equals("-")) {
            throw new BakeException(
                    "the context of " + name + " cannot be standard input", "name a directory");
        }
        draft.set(
                TargetAttribute.CONTEXT,
                new Setting.Text(BakeTarget.isRemote(path) ? path : CleanPath.of(path)));
        if (!(draft.get(TargetAttribute.DOCKERFILE) instanceof Setting.Text(String file))
                || file.isEmpty()) {
            draft.set(TargetAttribute.DOCKERFILE, new Setting.Text("Dockerfile"));
        }
        addEpoch(draft);
        return draft;
    }

    /// The time that reproducible builds give their files goes to every target.
    private void addEpoch(TargetDraft target) {
        var epoch = environment.environment().getOrDefault(EPOCH, "");
        boolean given =
                target.get(TargetAttribute.ARGS) instanceof Setting.Pairs(var arguments)
                        && arguments.containsKey(EPOCH);
        if (!epoch.isEmpty() && !given) {
            var argument = new TreeMap<>(Map.of(EPOCH, epoch));
            target.add(TargetAttribute.ARGS, new Setting.Pairs(argument));
        }
    }

    /// A target with what it inherits. One that inherits from itself, by whatever way, gets nothing
    /// from the second time around.
    private @org.jspecify.annotations.Nullable TargetDraft whole(
            String name, Map<String, TargetDraft> done, Set<String> begun) throws BakeException {
        var known = done.get(name);
        if (known != null || !begun.add(name)) {
            return known;
        }
        var own = targets.get(name);
        if (own == null) {
            throw new BakeException(
                    "there is no target " + name,
                    Nearest.questionOrList(name, targets.keySet(), "targets"));
        }
        var whole = new TargetDraft(name);
        for (var parent : own.inherits()) {
            if (!targets.containsKey(parent)) {
                throw new BakeException(
                        "the target " + name + " inherits from " + parent + ", which is not there",
                        Nearest.questionOrList(parent, targets.keySet(), "targets"));
            }
            var inherited = whole(parent, done, begun);
            if (inherited != null) {
                whole.merge(inherited);
            }
        }
        whole.merge(own);
        overrides.apply(whole);
        whole.normalize();
        done.put(name, whole);
        return whole;
    }
}
