package dev.slipway.build;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Stage;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The stages of a Dockerfile by what people call them: a name, whatever its case, or a number.
final class StageNames {
    private final Dockerfile file;

    StageNames(Dockerfile file) {
        this.file = file;
    }

    int count() {
        return file.stages().size();
    }

    /// The last stage called `name` of those before number `end`; -1 if there is none.
    int before(String name, int end) {
        for (int i = Math.min(end, count()) - 1; i >= 0; i--) {
            var stage = file.stages().get(i).from().name();
            if (stage != null && stage.equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
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
