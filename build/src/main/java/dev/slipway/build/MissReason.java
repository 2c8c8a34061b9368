package dev.slipway.build;

import dev.slipway.build.Explanation.Reason;
import dev.slipway.image.Digest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Compares a step that missed the cache with what is known of its last time. Of use for one miss.
final class MissReason {
    private static final String ORIGIN = "commit of ";

    private final RecordStore records;
    private final Sources sources;
    private final SelectionListings listings;
    private final List<String> files = new ArrayList<>();

    MissReason(RecordStore records, Sources sources, SelectionListings listings) {
        this.records = records;
        this.sources = sources;
        this.listings = listings;
    }

    /// A step that missed.
    ///
    /// @param contents what its inputs hold; null if that is not known yet
    /// @param below what lies below it; null if that is not known yet
    /// @param key where the record of its last time was kept; null if none is known
    /// @param base the digest of the image its stage started from then; null if not known
    /// @param cause the step below that is done anew, the lowest of them; null if none is
    /// @param builtBefore whether the same Dockerfile was built before
    record Miss(
            Step step,
            Keys.Definition definition,
            @Nullable List<KeyPart> contents,
            @Nullable Snapshot below,
            @Nullable String key,
            @Nullable String base,
            @Nullable Step cause,
            boolean builtBefore) {}

    Explanation explain(Miss miss) throws IOException, InterruptedException {
        if (miss.step().header().noCache()) {
            return of(Reason.NO_CACHE, "the cache was not asked");
        }
        var before = miss.key() == null ? null : records.find(miss.key());
        if (before == null) {
            if (miss.definition().key().equals(miss.key())) {
                return of(Reason.LOST, "its cache record was removed");
            }
            return miss.builtBefore()
                    ? of(Reason.NEW_STEP, "the instruction is new")
                    : of(Reason.FIRST_TIME, "no earlier record");
        }
        var changes = changes(before, miss);
        origins(before, miss, changes);
        if (!changes.isEmpty()) {
            return new Explanation(
                    Reason.CHANGED, String.join("; ", changes), changes, List.copyOf(files));
        }
        var below = below(before, miss);
        return below == null ? of(Reason.LOST, "its layer is no longer in the store") : below;
    }

    private static Explanation of(Reason reason, String summary) {
        return new Explanation(reason, summary, List.of());
    }

    private static Explanation of(Reason reason, List<String> changes) {
        return new Explanation(reason, String.join("; ", changes), changes);
    }

    /// What changed below or beside it; null if nothing did.
    private static @Nullable Explanation below(CacheRecord before, Miss miss) {
        var cause = miss.cause();
        var contents = miss.contents();
        if (contents == null) {
            return of(Reason.PARENT, List.of(because(cause)));
        }
        var inputs = inputChanges(before.contentInputs(), contents, cause);
        var below = miss.below();
        if (cause == null && below != null && !below.base().equals(before.result().base())) {
            inputs.remove(because(null));
            inputs.addFirst(base(miss, before.result().base(), below.base()));
            return of(Reason.BASE, inputs);
        }
        return inputs.isEmpty() ? null : of(Reason.PARENT, inputs);
    }

    private static String because(@Nullable Step cause) {
        return cause == null
                ? "a step before it changed"
                : "step " + cause.number() + " above is done anew: " + cause.name();
    }

    private static String base(Miss miss, List<Digest> then, List<Digest> now) {
        Step at = miss.step();
        for (var below = at.below(); below != null; below = at.below()) {
            at = below;
        }
        var image = at instanceof Step.Base base ? base.image() : null;
        var digest = image == null ? "scratch" : image.manifest().digest().toString();
        var what = "the base image changed: " + at.instruction();
        var was = miss.base();
        if (was != null && !was.equals(digest)) {
            return what + ", " + shortened(was) + " → " + shortened(digest);
        }
        return what + ", " + then.size() + " → " + now.size() + " layers, now " + shortened(digest);
    }

    private static String shortened(String digest) {
        return digest.length() > 19 ? digest.substring(0, 19) : digest;
    }

    private List<String> changes(CacheRecord before, Miss miss)
            throws IOException, InterruptedException {
        var old = byName(before.definition());
        var now = byName(miss.definition().parts());
        var changes = new ArrayList<String>();
        boolean commandTold = false;
        for (var part : now.entrySet()) {
            var was = old.remove(part.getKey());
            if (part.getValue().equals(was)) {
                continue;
            }
            boolean command = part.getKey().startsWith("command ");
            if (!command || !commandTold) {
                changes.add(change(miss, part.getKey(), was, part.getValue()));
            }
            commandTold |= command;
        }
        for (var gone : old.keySet()) {
            if (!commandTold || !gone.startsWith("command ")) {
                changes.add(gone + " is no longer there");
            }
        }
        return changes;
    }

    /// What changed of files that are known by a name before they are here: that name, and the
    /// files.
    private void origins(CacheRecord before, Miss miss, List<String> changes)
            throws IOException, InterruptedException {
        var old = byName(before.definitionInputs());
        for (var part : miss.definition().inputs()) {
            var was = old.get(part.name());
            if (part.name().startsWith(ORIGIN) && !part.value().equals(was)) {
                changes.add(
                        was == null
                                ? part.name() + " is new: " + part.value()
                                : part.name() + " changed: " + was + " → " + part.value());
            }
        }
        var contents = miss.contents();
        if (changes.isEmpty() || contents == null) {
            return;
        }
        var then = byName(before.contentInputs());
        for (var part : contents) {
            var was = then.get(part.name());
            if (isFiles(part.name()) && !part.value().equals(was)) {
                changes.add(change(miss, part.name(), was, part.value()));
            }
        }
    }

    private static boolean isFiles(String name) {
        return name.equals(CopyPart.FILES) || name.startsWith(CopyPart.FILES + " of ");
    }

    private String change(Miss miss, String name, @Nullable String was, String now)
            throws IOException, InterruptedException {
        if (isFiles(name)) {
            var selection = selection(miss.step(), now);
            var changes =
                    FileChanges.between(
                            was == null ? null : records.inputs(was),
                            selection == null ? null : listings.of(selection));
            boolean elsewhere = !name.equals(CopyPart.FILES) && !name.startsWith("files of mount ");
            if (!elsewhere) {
                files.addAll(changes.paths());
                return changes.text();
            }
            return name.substring(CopyPart.FILES.length() + " of ".length())
                    + ": "
                    + changes.text();
        }
        if (name.startsWith("command ")) {
            return was == null ? "the command changed" : "the command changed: " + diff(was, now);
        }
        if (was == null) {
            return name + " is new: " + shown(now);
        }
        return name + " changed: " + diff(was, now);
    }

    private @Nullable CopySelection selection(Step step, String digest)
            throws IOException, InterruptedException {
        for (var selection : sources.selectionsOf(step)) {
            if (selection.contentDigest().equals(digest)) {
                return selection;
            }
        }
        return null;
    }

    private static List<String> inputChanges(
            List<KeyPart> before, List<KeyPart> after, @Nullable Step cause) {
        var old = byName(before);
        var changes = new ArrayList<String>();
        for (var part : after) {
            if (!part.value().equals(old.get(part.name()))) {
                changes.add(
                        part.name().equals("the files below")
                                ? because(cause)
                                : part.name() + " holds other files");
            }
        }
        return changes;
    }

    private static Map<String, String> byName(List<KeyPart> parts) {
        var map = new LinkedHashMap<String, String>();
        for (var part : parts) {
            map.put(part.name(), part.value());
        }
        return map;
    }

    private static String diff(String was, String now) {
        return shown(was) + " → " + shown(now);
    }

    private static String shown(String value) {
        var line = value.replace('\n', ' ').replace('\t', ' ');
        return "\"" + (line.length() > 80 ? line.substring(0, 79) + "…" : line) + "\"";
    }
}
