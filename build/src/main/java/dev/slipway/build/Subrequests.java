package dev.slipway.build;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Range;
import dev.slipway.dockerfile.Stage;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// What a Dockerfile says of itself, in the forms of BuildKit's frontend: `--call` of buildx.
/// Nothing is built, and no base image is looked for.
public final class Subrequests {
    private final Store store;
    private final BuildRequest request;
    private final Dockerfile file;

    private Subrequests(Store store, BuildRequest request, Dockerfile file) {
        this.store = store;
        this.request = request;
        this.file = file;
    }

    /// Reads the Dockerfile of `request`.
    ///
    /// @throws BuildException if it cannot be read, or is wrong
    public static Subrequests of(Store store, BuildRequest request) throws BuildException {
        return new Subrequests(store, request, DockerfileSource.of(request).parse());
    }

    /// What the target takes: arguments, secrets, agents, caches.
    ///
    /// @param json whether as JSON; else as a table for people
    public String outline(boolean json) throws BuildException {
        var outline = new Outline(new Planner(store, file, request), file);
        outline.read();
        return json ? outline.json() : outline.text();
    }

    /// The stages that can be built.
    ///
    /// @param json whether as JSON; else as a table for people
    public String targets(boolean json) {
        return json ? targetsJson() : targetsText();
    }

    private String targetsText() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("TARGET", "DESCRIPTION"));
        for (var stage : file.stages()) {
            var name = stage.from().name();
            var mark = isDefault(stage) ? "(default)" : "";
            var shown = name == null ? mark : mark.isEmpty() ? name : name + " " + mark;
            rows.add(List.of(shown, description(file, stage)));
        }
        return table(rows);
    }

    private boolean isDefault(Stage stage) {
        return stage.index() == file.stages().size() - 1;
    }

    private String targetsJson() {
        var out = JsonWriter.indented(2).beginObject().name("targets").beginArray();
        for (var stage : file.stages()) {
            out.beginObject().memberUnlessEmpty("name", stage.from().name());
            if (isDefault(stage)) {
                out.member("default", true);
            }
            out.memberUnlessEmpty("description", description(file, stage));
            out.memberUnlessEmpty("base", stage.from().image());
            out.memberUnlessEmpty("platform", stage.from().platform());
            location(out, stage.from().range());
            out.endObject();
        }
        sources(out.endArray(), file);
        return out.endObject() + "\n";
    }

    /// The calls there are.
    ///
    /// @param json whether as JSON; else as a table for people
    public static String describe(boolean json) {
        var calls =
                List.of(
                        List.of(
                                "frontend.outline",
                                "List all parameters current build target supports"),
                        List.of("frontend.targets", "List all targets current build supports"),
                        List.of("frontend.lint", "Lint a Dockerfile"),
                        List.of(
                                "frontend.subrequests.describe",
                                "List available subrequest types"));
        if (json) {
            var out = JsonWriter.indented(2).beginArray();
            for (var call : calls) {
                out.beginObject().member("name", call.getFirst()).member("version", "1.0.0");
                out.member("type", "rpc").member("description", call.getLast());
                if (call.getFirst().equals("frontend.outline")) {
                    out.name("opts").beginArray().beginObject().member("name", "target");
                    out.member("description", "Target build stage").endObject().endArray();
                }
                out.name("metadata").beginArray();
                for (var result : List.of("result.json", "result.txt")) {
                    out.beginObject().member("name", result).endObject();
                }
                out.endArray().endObject();
            }
            return out.endArray() + "\n";
        }
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("NAME", "VERSION", "DESCRIPTION"));
        for (var call : calls) {
            var name = call.getFirst().substring("frontend.".length());
            rows.add(List.of(name, "1.0.0", call.getLast()));
        }
        return table(rows);
    }

    /// What the comments just above a stage say of it: a line that begins with its name.
    private static String description(Dockerfile file, Stage stage) {
        var name = stage.from().name();
        return name == null ? "" : described(file, stage.from(), name);
    }

    /// What the comments just above an instruction say of `name`; empty if they say nothing.
    static String described(Dockerfile file, Instruction at, String name) {
        int line = at.range().start().line() - 1;
        var comments = file.comments();
        for (int i = comments.size() - 1; i >= 0; i--) {
            var comment = comments.get(i);
            int its = comment.range().start().line();
            if (its > line) {
                continue;
            }
            if (its < line) {
                break;
            }
            if (comment.text().startsWith(name + " ")) {
                return comment.text().substring(name.length() + 1).strip();
            }
            line--;
        }
        return "";
    }

    static void location(JsonWriter out, Range range) {
        int first = range.start().line();
        int last = Math.max(first, range.end().line() - (range.end().column() <= 1 ? 1 : 0));
        out.name("location").beginObject().name("ranges").beginArray().beginObject();
        out.name("start").beginObject().member("line", first).endObject();
        out.name("end").beginObject().member("line", last).endObject();
        out.endObject().endArray().endObject();
    }

    static void sources(JsonWriter out, Dockerfile file) {
        var bytes = file.text().getBytes(StandardCharsets.UTF_8);
        out.name("sources").beginArray();
        out.value(Base64.getEncoder().encodeToString(bytes)).endArray();
    }

    /// Columns three blanks apart, as buildx prints them.
    static String table(List<List<String>> rows) {
        var widths = new int[rows.getFirst().size()];
        for (var row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 3));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
