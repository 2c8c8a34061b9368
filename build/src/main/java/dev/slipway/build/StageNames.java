package dev.slipway.build;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Stage;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The stages of a Dockerfile by what people call them: a name, whatever its case, or a number.
final class StageNames {
    private final Dockerfile file;

    /// The numbers of the stages of a name, rising, by the name in lower case.
    private final Map<String, List<Integer>> byName = new HashMap<>();

    StageNames(Dockerfile file) {
        this.file = file;
        for (var stage : file.stages()) {
            var name = stage.from().name();
            if (name != null) {
                byName.computeIfAbsent(lower(name), _ -> new ArrayList<>()).add(stage.index());
            }
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    int count() {
        return file.stages().size();
    }

    /// The last stage called `name` of those before number `end`; -1 if there is none.
    int before(String name, int end) {
        var numbers = byName.getOrDefault(lower(name), List.of());
        int at = Collections.binarySearch(numbers, end);
        int smaller = at < 0 ? -at - 1 : at;
        return smaller == 0 ? -1 : numbers.get(smaller - 1);
    }

    /// The stage with that name or number, wherever it stands; -1 if there is none.
    int find(String name) {
        int index = before(name, count());
        if (index < 0) {
            index = PlainNumber.parse(name);
        }
        return index < count() ? index : -1;
    }

    /// The number of the stage to build.
    ///
    /// @param wanted its name or number; null or empty: the last
    int target(@Nullable String wanted) throws BuildException {
        if (count() == 0) {
            throw BuildException.of(file.fileName() + " has no FROM")
                    .hint("begin it with FROM and the image to start from, or FROM scratch")
                    .make();
        }
        if (wanted == null || wanted.isEmpty()) {
            return count() - 1;
        }
        int index = find(wanted);
        if (index < 0) {
            throw BuildException.of("there is no stage \"" + wanted + "\" in " + file.fileName())
                    .hint(hint())
                    .make();
        }
        return index;
    }

    /// What there is to choose from, for messages.
    String hint() {
        var names = new ArrayList<String>();
        for (var stage : file.stages()) {
            if (stage.name() != null) {
                names.add(stage.name());
            }
        }
        return names.isEmpty()
                ? "none of its stages has a name: write FROM ... AS NAME, or give a number"
                : "its stages are " + String.join(", ", names);
    }

    /// What progress calls a stage; empty if it is the only one and has no name.
    String shown(Stage stage) {
        var name = stage.from().name();
        if (name != null) {
            return name;
        }
        return count() == 1 ? "" : "stage-" + stage.index();
    }

    /// The names of the stages above `stage`.
    List<String> above(Stage stage) {
        var names = new ArrayList<String>();
        for (var other : file.stages()) {
            var name = other.from().name();
            if (name != null && other.index() < stage.index()) {
                names.add(name);
            }
        }
        return names;
    }
}
