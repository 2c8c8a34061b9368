package dev.slipway.cli;

import dev.slipway.build.Annotation;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.IndexEdit;
import dev.slipway.image.ImageException;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Annotations for an index in a registry and its entries, as buildx spells them.
///
/// @param ofIndex those of the index itself
/// @param ofEntries those of what points to its manifests
record Annotations(SortedMap<String, String> ofIndex, List<Annotation> ofEntries) {
    /// Reads the values of `option`.
    ///
    /// @param usual what one without type is put on
    static Annotations parse(Option option, List<String> texts, Annotation.Kind usual)
            throws UsageException {
        SortedMap<String, String> ofIndex = new TreeMap<>();
        List<Annotation> ofEntries = new ArrayList<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            int colon = text.indexOf(':');
            boolean typed = colon >= 0 && colon < equals;
            for (Annotation each : parse(option, text)) {
                switch (typed ? each.kind() : usual) {
                    case INDEX -> ofIndex.put(each.key(), each.value());
                    case MANIFEST_DESCRIPTOR -> ofEntries.add(each);
                    case MANIFEST, INDEX_DESCRIPTOR ->
                            throw new UsageException(
                                    option + " " + text + " would change what is in the registry",
                                    "There are index and manifest-descriptor; annotate manifests"
                                            + " when they are built.");
                }
            }
        }
        return new Annotations(ofIndex, ofEntries);
    }

    private static List<Annotation> parse(Option option, String text) throws UsageException {
        try {
            return Annotation.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("invalid " + option + ": " + wrong.getMessage());
        }
    }

    /// Annotates the entries, each of those for its platform.
    void annotateEntries(IndexEdit edit) throws ImageException {
        for (Annotation each : ofEntries) {
            List<Integer> entries = edit.ofPlatform(each.platform());
            if (entries.isEmpty()) {
                throw new ImageException("the index has no image for " + each.platform());
            }
            for (int entry : entries) {
                edit.annotate(entry, each.key(), each.value());
            }
        }
    }
}
