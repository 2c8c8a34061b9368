package dev.slipway.pipeline;

import java.util.List;
import java.util.SortedMap;

/// Which tags, labels and annotations an image gets.
///
/// @param images without tags, in lower case
/// @param version the first tag; empty: there is none
/// @param tags in order, the version first, `latest` last
/// @param skipped rules that gave no tag, and why
public record TagPlan(
        List<String> images,
        String version,
        List<PlannedTag> tags,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        List<String> skipped) {
    public TagPlan {
        images = List.copyOf(images);
        tags = List.copyOf(tags);
        skipped = List.copyOf(skipped);
    }

    /// Whether `latest` is among the tags.
    public boolean hasLatest() {
        return !tags.isEmpty()
                && tags.getLast().line() instanceof PlannedTag.VersionLine(_, int numbers, _, _)
                && numbers == 0;
    }

    /// Every image with every tag.
    public List<String> references() {
        if (images.isEmpty()) {
            return tags.stream().map(PlannedTag::name).toList();
        }
        return images.stream()
                .flatMap(image -> tags.stream().map(tag -> image + ":" + tag.name()))
                .toList();
    }
}
