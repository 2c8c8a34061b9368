package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What a target may say, in the order `--print` shows it, and what becomes of it when a later
/// definition says it too.
enum TargetAttribute {
    DESCRIPTION("description", Kind.TEXT, Merge.REPLACE),
    ANNOTATIONS("annotations", Kind.TEXTS, Merge.APPEND),
    ATTEST("attest", Kind.ATTESTS, Merge.APPEND),
    CONTEXT("context", Kind.TEXT, Merge.REPLACE),
    CONTEXTS("contexts", Kind.MAP, Merge.APPEND),
    DOCKERFILE("dockerfile", Kind.TEXT, Merge.REPLACE),
    DOCKERFILE_INLINE("dockerfile-inline", Kind.TEXT, Merge.REPLACE),
    ARGS("args", Kind.MAP, Merge.APPEND),
    LABELS("labels", Kind.MAP, Merge.APPEND),
    TAGS("tags", Kind.TEXTS, Merge.REPLACE),
    CACHE_FROM("cache-from", Kind.CACHES, Merge.APPEND),
    CACHE_TO("cache-to", Kind.CACHES, Merge.REPLACE),
    TARGET("target", Kind.TEXT, Merge.REPLACE),
    SECRET("secret", Kind.SECRETS, Merge.APPEND),
    SSH("ssh", Kind.SSH, Merge.APPEND),
    PLATFORMS("platforms", Kind.TEXTS, Merge.REPLACE),
    OUTPUT("output", Kind.OUTPUTS, Merge.REPLACE),
    PULL("pull", Kind.FLAG, Merge.REPLACE),
    NO_CACHE("no-cache", Kind.FLAG, Merge.REPLACE),
    NETWORK("network", Kind.TEXT, Merge.REPLACE),
    NO_CACHE_FILTER("no-cache-filter", Kind.TEXTS, Merge.APPEND),
    SHM_SIZE("shm-size", Kind.TEXT, Merge.REPLACE),
    ULIMITS("ulimits", Kind.TEXTS, Merge.APPEND),
    RESOURCES("resources", Kind.MAP, Merge.APPEND),
    CALL("call", Kind.TEXT, Merge.REPLACE),
    ENTITLEMENTS("entitlements", Kind.TEXTS, Merge.APPEND),
    EXTRA_HOSTS("extra-hosts", Kind.MAP, Merge.APPEND),
    POLICY("policy", Kind.POLICIES, Merge.APPEND);

    /// What it is made of.
    enum Kind {
        TEXT,
        FLAG,
        TEXTS,
        MAP,
        CACHES,
        OUTPUTS,
        SECRETS,
        SSH,
        ATTESTS,
        POLICIES
    }

    /// What a later definition does to an earlier one.
    enum Merge {
        REPLACE,
        APPEND
    }

    /// Members of a target that are not attributes of what is built.
    static final List<String> OTHERS = List.of("inherits", "matrix", "name");

    final String key;
    final Kind kind;
    final Merge merge;

    TargetAttribute(String key, Kind kind, Merge merge) {
        this.key = key;
        this.kind = kind;
        this.merge = merge;
    }

    static @Nullable TargetAttribute of(String key) {
        for (var attribute : values()) {
            if (attribute.key.equals(key)) {
                return attribute;
            }
        }
        return null;
    }

    static List<String> keys() {
        List<String> keys = new ArrayList<>(OTHERS);
        for (var attribute : values()) {
            keys.add(attribute.key);
        }
        return keys;
    }
}
