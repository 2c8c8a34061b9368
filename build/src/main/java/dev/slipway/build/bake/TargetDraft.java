package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A target while it is put together. Used by one thread.
final class TargetDraft {
    private final String name;
    private final Map<TargetAttribute, Setting> settings = new EnumMap<>(TargetAttribute.class);
    private final List<String> inherits = new ArrayList<>();

    TargetDraft(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Map<TargetAttribute, Setting> settings() {
        return settings;
    }

    List<String> inherits() {
        return inherits;
    }

    @Nullable Setting get(TargetAttribute attribute) {
        return settings.get(attribute);
    }

    void set(TargetAttribute attribute, Setting value) {
        settings.put(attribute, value);
    }

    void add(TargetAttribute attribute, Setting value) {
        var before = settings.get(attribute);
        settings.put(attribute, before == null ? value : before.merged(attribute, value));
    }

    /// Adds what a later definition says.
    void merge(TargetDraft later) {
        later.settings.forEach(this::add);
        inherits.addAll(later.inherits);
    }

    /// The list of texts at `attribute`, empty if it is not set.
    List<String> texts(TargetAttribute attribute) {
        return settings.get(attribute) instanceof Setting.Texts(List<String> texts)
                ? texts
                : List.of();
    }

    /// The entries at `attribute`, empty if it is not set.
    List<Setting.Entry> entries(TargetAttribute attribute) {
        return settings.get(attribute) instanceof Setting.Entries(List<Setting.Entry> entries)
                ? entries
                : List.of();
    }

    /// Removes duplicates; the host's network brings its permission.
    void normalize() {
        settings.replaceAll((attribute, value) -> value.normal(attribute));
        if (new Setting.Text("host").equals(settings.get(TargetAttribute.NETWORK))) {
            add(TargetAttribute.ENTITLEMENTS, new Setting.Texts(List.of("network.host")));
            settings.computeIfPresent(
                    TargetAttribute.ENTITLEMENTS, (attribute, value) -> value.normal(attribute));
        }
    }
}
