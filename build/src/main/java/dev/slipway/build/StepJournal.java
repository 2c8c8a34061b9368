package dev.slipway.build;

import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which record each step of a Dockerfile had when it was last built: where an explanation looks
/// for something to compare a miss with. A file of its own for each Dockerfile and context, read
/// only after a miss; losing it loses explanations and nothing else.
final class StepJournal {
    private static final String IMAGE = "image";

    private final Path directory;
    private final String name;
    private @Nullable Map<String, Entry> entries;
    private @Nullable Map<List<String>, Entry> byInstruction;

    /// One step.
    private record Entry(String stage, int ordinal, String kind, String instruction, String key) {
        String place() {
            return StepJournal.place(stage, ordinal);
        }
    }

    StepJournal(Path home, String identity) {
        this.directory = home.resolve("cache").resolve("steps");
        this.name = new KeyHash("step journal").add(identity).hex();
    }

    /// The definition key of the earlier step most like `step`: the same instruction in the same
    /// stage, else the same kind at the same place; null if there is none.
    synchronized @Nullable String nearest(Step step) {
        var stage = stage(step);
        var entries = load();
        var same = sameInstruction(stage, step.instruction());
        if (same != null) {
            return same.key;
        }
        var atPlace = entries.get(place(stage, step.header().ordinal()));
        return atPlace != null
                        && !atPlace.kind.equals(IMAGE)
                        && atPlace.kind.equals(PlanText.kind(step))
                ? atPlace.key
                : null;
    }

    /// The first step of the stage with that instruction; null if none has it.
    private @Nullable Entry sameInstruction(String stage, String instruction) {
        var index = byInstruction;
        if (index == null) {
            index = new HashMap<>();
            for (var entry : load().values()) {
                if (!entry.kind.equals(IMAGE)) {
                    index.putIfAbsent(List.of(entry.stage, entry.instruction), entry);
                }
            }
            byInstruction = index;
        }
        return index.get(List.of(stage, instruction));
    }

    private static String place(String stage, int ordinal) {
        return stage + "\t" + ordinal;
    }

    /// The digest of the image that the stage of `step` started from; null if not known.
    synchronized @Nullable String base(Step step) {
        var first = load().get(place(stage(step), 0));
        return first != null && first.kind.equals(IMAGE) ? first.key : null;
    }

    /// Whether anything is known of the Dockerfile.
    synchronized boolean isKnown() {
        return !load().isEmpty();
    }

    /// Notes the keys of the steps of a build, of a base the image's digest; steps of stages it did
    /// not need stay as they were.
    synchronized void write(Map<Step, String> keys) throws IOException {
        var all = new LinkedHashMap<String, Entry>();
        var built = new java.util.HashSet<String>();
        for (var key : keys.entrySet()) {
            var step = key.getKey();
            var entry =
                    new Entry(
                            stage(step),
                            step.header().ordinal(),
                            PlanText.kind(step),
                            step.instruction(),
                            key.getValue());
            all.put(entry.place(), entry);
            built.add(entry.stage);
        }
        for (var old : load().values()) {
            if (!built.contains(old.stage)) {
                all.putIfAbsent(old.place(), old);
            }
        }
        entries = all;
        byInstruction = null;
        var text = new StringBuilder();
        for (var entry : all.values()) {
            TabText.appendLine(
                    text,
                    List.of(
                            entry.stage,
                            Integer.toString(entry.ordinal),
                            entry.kind,
                            entry.instruction,
                            entry.key));
        }
        RecordStore.write(directory, name, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// A stage is another one on another platform.
    private static String stage(Step step) {
        var platform = step.header().platform();
        return platform.equals(Platform.host()) ? step.stage() : step.stage() + " " + platform;
    }

    private Map<String, Entry> load() {
        if (entries != null) {
            return entries;
        }
        var read = new LinkedHashMap<String, Entry>();
        for (var fields : lines()) {
            if (fields.size() == 5 && PlainNumber.parse(fields.get(1)) >= 0) {
                var entry =
                        new Entry(
                                fields.get(0),
                                PlainNumber.parse(fields.get(1)),
                                fields.get(2),
                                fields.get(3),
                                fields.get(4));
                read.put(entry.place(), entry);
            }
        }
        entries = read;
        return read;
    }

    private List<List<String>> lines() {
        var lines = new ArrayList<List<String>>();
        try {
            var text = Files.readString(directory.resolve(name));
            for (int at = 0; at < text.length(); ) {
                int end = text.indexOf('\n', at);
                if (end < 0) {
                    break; // cut short by a crash
                }
                lines.add(TabText.split(text, at, end));
                at = end + 1;
            }
        } catch (IOException e) {
            return List.of(); // never built before, or damaged: nothing to compare with
        }
        return lines;
    }
}
