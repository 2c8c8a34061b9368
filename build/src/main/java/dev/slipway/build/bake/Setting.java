package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The value of a target's attribute.
sealed interface Setting {
    record Text(String text) implements Setting {}

    record Flag(boolean on) implements Setting {}

    record Texts(List<String> texts) implements Setting {
        public Texts {
            texts = List.copyOf(texts);
        }
    }

    record Pairs(SortedMap<String, String> pairs) implements Setting {
        public Pairs {
            pairs = Collections.unmodifiableSortedMap(new TreeMap<>(pairs));
        }
    }

    record Entries(List<Entry> entries) implements Setting {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /// A cache, an output, a secret and so on: fields as `--print` shows them.
    ///
    /// @param paths of an ssh agent or its keys; empty for all others
    record Entry(Map<String, String> fields, List<String> paths) {
        public Entry {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
            paths = List.copyOf(paths);
        }

        public Entry(Map<String, String> fields) {
            this(fields, List.of());
        }

        String field(String name) {
            return fields.getOrDefault(name, "");
        }

        /// As it is written on a command line: `type=local,dest=out`.
        String text() {
            var text = new StringBuilder();
            fields.forEach((name, value) -> {
                if (!text.isEmpty()) {
                    text.append(',');
                }
                text.append(CsvLine.quote(name + "=" + value));
            });
            return text.toString();
        }
    }

    /// This setting with a later one of the same attribute.
    default Setting merged(TargetAttribute attribute, Setting later) {
        if (attribute.merge == TargetAttribute.Merge.REPLACE) {
            return later;
        }
        return switch (this) {
            case Texts(List<String> texts) when later instanceof Texts(List<String> more) ->
                    new Texts(joined(texts, more));
            case Pairs(SortedMap<String, String> pairs)
                    when later instanceof Pairs(SortedMap<String, String> more) -> {
                var all = new TreeMap<>(pairs);
                all.putAll(more);
                yield new Pairs(all);
            }
            case Entries(List<Entry> entries) when later instanceof Entries(List<Entry> more) ->
                    new Entries(
                            attribute == TargetAttribute.ATTEST
                                    ? lastOfType(joined(entries, more))
                                    : joined(entries, more));
            default -> later;
        };
    }

    /// Without duplicates and what is empty.
    default Setting normal(TargetAttribute attribute) {
        return switch (this) {
            case Texts(List<String> texts) -> {
                var unique = new LinkedHashSet<>(texts);
                unique.remove("");
                yield new Texts(List.copyOf(unique));
            }
            case Pairs(SortedMap<String, String> pairs)
                    when attribute == TargetAttribute.CONTEXTS -> {
                var kept = new TreeMap<>(pairs);
                kept.values().removeIf(String::isEmpty);
                yield new Pairs(kept);
            }
            case Entries(List<Entry> entries) ->
                    new Entries(
                            attribute == TargetAttribute.ATTEST
                                    ? lastOfType(entries)
                                    : List.copyOf(new LinkedHashSet<>(entries)));
            case Text _, Flag _, Pairs _ -> this;
        };
    }

    /// Whether there is nothing to show.
    default boolean isEmpty() {
        return switch (this) {
            case Texts(List<String> texts) -> texts.isEmpty();
            case Pairs(SortedMap<String, String> pairs) -> pairs.isEmpty();
            case Entries(List<Entry> entries) -> entries.isEmpty();
            case Text _, Flag _ -> false;
        };
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /// There is one attestation of a type: the last said, where the first stood.
    private static List<Entry> lastOfType(List<Entry> entries) {
        var byType = new LinkedHashMap<String, Entry>();
        for (var entry : entries) {
            byType.put(entry.field("type"), entry);
        }
        return List.copyOf(byType.values());
    }
}
