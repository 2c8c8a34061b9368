package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Range;
import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The documents an editor has open, and what is said of them.
final class EditorDocuments {
    static final String FIX_ALL = "source.fixAll.slipway";

    private final Workspace workspace;
    private final EditorMessages messages;
    private final Map<String, Document> documents = new LinkedHashMap<>();
    private final Map<String, Path> folders = new LinkedHashMap<>();
    private final Map<String, Linter> linters = new HashMap<>(); // by folder, until files change
    private DirectoryContexts contexts = new DirectoryContexts();

    EditorDocuments(Workspace workspace, EditorMessages messages) {
        this.workspace = workspace;
        this.messages = messages;
    }

    /// A document.
    private static final class Document {
        private final String uri;
        private final @Nullable Path path;
        private EditorText text;
        private @Nullable Json version;
        private Dockerfile file;
        private List<Finding> findings = List.of();
        private boolean changed = true;

        Document(String uri, EditorText text, @Nullable Json version) {
            this.uri = uri;
            this.path = path(uri);
            this.text = text;
            this.version = version;
            this.file = Dockerfile.parseTolerant(name(), text.text());
        }

        String name() {
            return path == null ? uri : path.toString();
        }
    }

    private static @Nullable Path path(String uri) {
        try {
            return uri.startsWith("file:") ? Path.of(URI.create(uri)) : null;
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return null; // of a form of its own
        }
    }

    /// Learns the folders of the editor as it starts.
    void folders(Json.Obj params) throws InvalidJsonException {
        if (params.get("workspaceFolders") instanceof Json.Arr(List<Json> all)) {
            add(all);
        } else {
            add(params.text("rootUri", ""));
        }
    }

    /// Learns of other folders.
    void foldersChanged(Json.Obj params) throws IOException {
        if (params.get("event") instanceof Json.Obj event) {
            if (event.get("removed") instanceof Json.Arr(List<Json> removed)) {
                for (Json folder : removed) {
                    folders.remove(folder instanceof Json.Obj f ? f.text("uri", "") : "");
                }
            }
            if (event.get("added") instanceof Json.Arr(List<Json> added)) {
                add(added);
            }
        }
        refresh();
    }

    private void add(List<Json> all) throws InvalidJsonException {
        for (Json folder : all) {
            if (folder instanceof Json.Obj f) {
                add(f.text("uri", ""));
            }
        }
    }

    private void add(String uri) {
        Path path = path(uri);
        if (path != null) {
            folders.put(uri, path);
        }
    }

    /// Files have changed that may count: everything is looked at anew.
    void refresh() {
        contexts = new DirectoryContexts();
        linters.clear();
        for (Document document : documents.values()) {
            document.changed = true;
        }
    }

    void open(Json.Obj params) throws IOException {
        if (params.get("textDocument") instanceof Json.Obj opened) {
            String uri = opened.text("uri", "");
            EditorText text = new EditorText(opened.text("text", ""));
            refresh();
            documents.put(uri, new Document(uri, text, opened.get("version")));
        }
    }

    void change(Json.Obj params) throws IOException {
        Document document = document(params);
        if (document != null
                && params.get("contentChanges") instanceof Json.Arr(List<Json> changes)
                && params.get("textDocument") instanceof Json.Obj changed) {
            EditorText text = document.text;
            for (Json change : changes) {
                if (change instanceof Json.Obj one) {
                    text = text.with(one);
                }
            }
            document.text = text;
            document.version = changed.get("version");
            document.changed = true;
        }
    }

    void close(Json.Obj params) throws IOException {
        Document document = document(params);
        if (document != null) {
            documents.remove(document.uri);
            document.findings = List.of();
            document.version = null;
            publish(document);
        }
    }

    private @Nullable Document document(Json.Obj params) throws InvalidJsonException {
        return params.get("textDocument") instanceof Json.Obj document
                ? documents.get(document.text("uri", ""))
                : null;
    }

    /// Looks at what has changed, and publishes it.
    void look() throws IOException {
        for (Document document : List.copyOf(documents.values())) {
            look(document);
        }
    }

    private void look(Document document) throws IOException {
        if (!document.changed) {
            return;
        }
        document.changed = false;
        document.file = Dockerfile.parseTolerant(document.name(), document.text.text());
        Linter linter = linter(document);
        document.findings =
                linter == null ? List.of() : linter.lint(document.file, context(document));
        publish(document);
    }

    private @Nullable ContextFiles context(Document document) {
        Path path = document.path;
        Path directory = path == null ? null : path.getParent();
        return path == null || directory == null ? null : contexts.of(directory, path);
    }

    private @Nullable Linter linter(Document document) throws IOException {
        Path folder = folder(document.path);
        String key = String.valueOf(folder);
        Linter known = linters.get(key);
        if (known == null) {
            try {
                known = workspace.linter(folder);
                linters.put(key, known);
            } catch (ConfigException e) {
                messages.warn(String.valueOf(e.getMessage()));
            }
        }
        return known;
    }

    // The innermost.
    private @Nullable Path folder(@Nullable Path file) {
        Path found = null;
        for (Path folder : folders.values()) {
            boolean inner = found == null || folder.getNameCount() > found.getNameCount();
            if (file != null && inner && file.startsWith(folder)) {
                found = folder;
            }
        }
        return found;
    }

    private void publish(Document document) throws IOException {
        messages.tell(
                "textDocument/publishDiagnostics",
                json -> {
                    json.beginObject().member("uri", document.uri);
                    Json version = document.version;
                    if (version != null) {
                        json.name("version").value(version);
                    }
                    json.name("diagnostics").beginArray();
                    for (Finding finding : document.findings) {
                        diagnostic(json, document, finding);
                    }
                    json.endArray().endObject();
                });
    }

    /// LSP 3.17, "DiagnosticSeverity".
    private static long severity(Severity severity) {
        return switch (severity) {
            case ERROR -> 1;
            case WARNING -> 2;
            case INFO -> 3;
            case STYLE, IGNORE -> 4;
        };
    }

    private static void diagnostic(JsonWriter json, Document document, Finding finding) {
        json.beginObject();
        range(json, document, finding.range());
        json.member("severity", severity(finding.severity()));
        json.member("code", finding.code());
        String link = finding.rule().link();
        if (link != null) {
            json.name("codeDescription").beginObject().member("href", link).endObject();
        }
        String note = finding.note();
        String message = finding.message() + (note == null ? "" : " (" + note + ")");
        json.member("source", "slipway").member("message", message).endObject();
    }

    private static void range(JsonWriter json, Document document, Range range) {
        document.text.range(json, range.start().offset(), range.end().offset());
    }

    void hover(JsonWriter json, Json.Obj params) throws IOException {
        Document document = document(params);
        StringBuilder pages = new StringBuilder();
        Range range = null;
        if (document != null && params.get("position") instanceof Json.Obj position) {
            look(document);
            int at = document.text.offset(position);
            for (Finding finding : document.findings) {
                String page = RulePage.of(finding.rule());
                if (touches(finding.range(), at, at) && pages.indexOf(page) < 0) {
                    pages.append(pages.isEmpty() ? "" : "\n---\n\n").append(page);
                    range = range == null ? finding.range() : range;
                }
            }
        }
        if (document == null || range == null) {
            json.value((String) null);
            return;
        }
        json.beginObject().name("contents").beginObject();
        json.member("kind", "markdown").member("value", pages.toString()).endObject();
        range(json, document, range);
        json.endObject();
    }

    private static boolean touches(Range range, int start, int end) {
        return range.start().offset() <= end && range.end().offset() >= start;
    }

    void actions(JsonWriter json, Json.Obj params) throws IOException {
        Document document = document(params);
        json.beginArray();
        if (document != null
                && params.get("range") instanceof Json.Obj range
                && range.get("start") instanceof Json.Obj start
                && range.get("end") instanceof Json.Obj end) {
            look(document);
            int from = document.text.offset(start);
            int to = document.text.offset(end);
            for (Finding finding : document.findings) {
                Fix fix = finding.fix();
                boolean wanted = fix != null && touches(finding.range(), from, to);
                if (fix != null && wanted && isWanted("quickfix", params)) {
                    quickFix(json, document, finding, fix);
                }
            }
            if (isWanted(FIX_ALL, params)) {
                fixAll(json, document);
            }
        }
        json.endArray();
    }

    // LSP 3.17, "CodeActionKind": a kind means those beneath it, too.
    private static boolean isWanted(String kind, Json.Obj params) {
        if (!(params.get("context") instanceof Json.Obj context)
                || !(context.get("only") instanceof Json.Arr(List<Json> only))) {
            return true;
        }
        for (Json one : only) {
            if (one instanceof Json.Str(String text)
                    && (text.isEmpty() || kind.equals(text) || kind.startsWith(text + "."))) {
                return true;
            }
        }
        return false;
    }

    private static void quickFix(JsonWriter json, Document document, Finding finding, Fix fix) {
        boolean safe = fix.kind() == FixKind.SAFE;
        json.beginObject();
        json.member("title", fix.title() + (safe ? "" : " (may change the image)"));
        json.member("kind", "quickfix").member("isPreferred", safe);
        json.name("diagnostics").beginArray();
        diagnostic(json, document, finding);
        json.endArray();
        edits(json, document, fix.edits());
        json.endObject();
    }

    private void fixAll(JsonWriter json, Document document) throws IOException {
        Linter linter = linter(document);
        boolean any = false;
        for (Finding finding : document.findings) {
            Fix fix = finding.fix();
            any |= fix != null && fix.kind() == FixKind.SAFE;
        }
        if (linter == null || !any) {
            return;
        }
        String before = document.text.text();
        String after =
                new Fixer(linter, false).fix(document.name(), before, context(document)).text();
        if (!after.equals(before)) {
            json.beginObject().member("title", "Fix all that keeps the image");
            json.member("kind", FIX_ALL);
            beginEdits(json, document);
            json.beginObject();
            document.text.range(json, 0, before.length());
            json.member("newText", after).endObject();
            endEdits(json);
            json.endObject();
        }
    }

    private static void edits(JsonWriter json, Document document, List<Edit> edits) {
        beginEdits(json, document);
        for (Edit edit : edits) {
            json.beginObject();
            range(json, document, edit.range());
            json.member("newText", edit.replacement()).endObject();
        }
        endEdits(json);
    }

    private static void beginEdits(JsonWriter json, Document document) {
        json.name("edit").beginObject().name("changes").beginObject();
        json.name(document.uri).beginArray();
    }

    private static void endEdits(JsonWriter json) {
        json.endArray().endObject().endObject();
    }

    void completion(JsonWriter json, Json.Obj params) throws IOException {
        Document document = document(params);
        json.beginArray();
        if (document != null && params.get("position") instanceof Json.Obj position) {
            look(document);
            int at = document.text.offset(position);
            List<Completion.Item> items = new ArrayList<>(Completion.at(document.file, at));
            for (Completion.Item item : items) {
                json.beginObject().member("label", item.label()).member("kind", item.kind());
                json.name("textEdit").beginObject();
                document.text.range(json, item.start(), at);
                json.member("newText", item.label()).endObject().endObject();
            }
        }
        json.endArray();
    }
}
