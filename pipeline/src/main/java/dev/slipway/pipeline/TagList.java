package dev.slipway.pipeline;

import dev.slipway.image.ImageException;
import dev.slipway.image.Json;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A plan of tags on its way from one command to the next: JSON as `slipway tags --format json`
/// writes it, or lines of references, of which less is known.
public final class TagList {
    private static final String LATEST = "latest";

    private TagList() {}

    /// What of each tag the decisions about it need, for JSON.
    public static List<Map<String, Object>> members(TagPlan plan) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (var tag : plan.tags()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", tag.name());
            json.put("reason", tag.reason());
            json.put("immutable", tag.immutable());
            var line = tag.line();
            if (line != null) {
                json.put("version", line.version());
                json.put("numbers", line.numbers());
                json.put("prefix", line.prefix());
                json.put("suffix", line.suffix());
            }
            list.add(json);
        }
        return list;
    }

    /// Reads a plan. Of lines, full versions and commits (`sha-…`) are taken to be for good, `1`,
    /// `1.2` and `latest` to stand for the first full version among them.
    ///
    /// @throws ImageException if it is none; an image or a tag is not valid
    public static TagPlan parse(String text) throws ImageException {
        return text.stripLeading().startsWith("{") ? json(text) : lines(text);
    }

    private static TagPlan json(String text) throws ImageException {
        var json = Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
        var images = json.texts("images");
        if (images == null || json.array("plan") == null) {
            throw new ImageException(
                    "the plan of tags has no images or no plan",
                    "Make it with slipway tags --format json IMAGE.",
                    null);
        }
        List<PlannedTag> tags = new ArrayList<>();
        for (var each : json.objects("plan")) {
            var version = each.text("version");
            var line =
                    version == null
                            ? null
                            : new PlannedTag.VersionLine(
                                    version,
                                    (int) each.number("numbers", 3),
                                    each.text("prefix", ""),
                                    each.text("suffix", ""));
            tags.add(
                    new PlannedTag(
                            each.requiredText("name"),
                            each.text("reason", "planned"),
                            line,
                            each.flag("immutable")));
        }
        return plan(images, tags);
    }

    private static TagPlan lines(String text) throws ImageException {
        var images = new LinkedHashMap<String, List<String>>();
        for (var word : text.strip().split("[\\s,]+", -1)) {
            if (word.isEmpty()) {
                continue;
            }
            var reference = Reference.parse(word);
            var tag = reference.tag();
            if (tag == null || reference.digest() != null) {
                throw new ImageException("a tag is needed: " + word);
            }
            images.computeIfAbsent(reference.familiarName(), _ -> new ArrayList<>()).add(tag);
        }
        if (images.values().stream().distinct().count() > 1) {
            throw new ImageException(
                    "the images do not get the same tags", "Give a list for each of them.", null);
        }
        List<PlannedTag> tags = new ArrayList<>();
        if (!images.isEmpty()) {
            List<String> names = images.values().iterator().next();
            Version main = null;
            for (var name : names) {
                main = main == null ? Version.semver(name) : main;
            }
            for (var name : names) {
                tags.add(tag(name, main));
            }
        }
        return plan(List.copyOf(images.keySet()), tags);
    }

    private static PlannedTag tag(String name, @Nullable Version main) {
        int numbers = numbers(name, main);
        var line =
                main == null || numbers < 0
                        ? null
                        : new PlannedTag.VersionLine(main.text(), numbers, "", "");
        boolean immutable = numbers == 3 || name.startsWith("sha-");
        return new PlannedTag(name, "asked for", line, immutable);
    }

    /// How many numbers of the version a tag fixes; -1: it stands for no version.
    private static int numbers(String name, @Nullable Version main) {
        if (name.equals(LATEST)) {
            return 0;
        }
        if (Version.semver(name) != null) {
            return 3;
        }
        if (main == null) {
            return -1;
        }
        var bare = name.startsWith("v") ? name.substring(1) : name;
        if (bare.equals(main.number(0).toString())) {
            return 1;
        }
        return bare.equals(main.number(0) + "." + main.number(1)) ? 2 : -1;
    }

    private static TagPlan plan(List<String> images, List<PlannedTag> tags) throws ImageException {
        for (var image : images) {
            for (var tag : tags) {
                Reference.parse(image + ":" + tag.name());
            }
        }
        var main = tags.isEmpty() ? "" : tags.getFirst().name();
        return new TagPlan(images, main, tags, new TreeMap<>(), new TreeMap<>(), List.of());
    }
}
