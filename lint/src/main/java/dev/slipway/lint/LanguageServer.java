package dev.slipway.lint;

import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;

/// The language server protocol (LSP 3.17) over a pair of streams: diagnostics, hovers, quick fixes
/// and completion for editors. Used by one thread.
///
/// What has arrived is read before anything is answered: so a request can be cancelled, and a
/// document is looked at once after several changes.
public final class LanguageServer {
    private static final int MAX_WAITING = 256;
    private static final int PARSE_ERROR = -32_700;
    private static final int INVALID_REQUEST = -32_600;
    private static final int METHOD_NOT_FOUND = -32_601;
    private static final int INVALID_PARAMS = -32_602;
    private static final int INTERNAL_ERROR = -32_603;
    private static final int NOT_INITIALIZED = -32_002;
    private static final int CANCELLED = -32_800;

    private final EditorDocuments documents;
    private final EditorMessages messages;
    private final Deque<Json.Obj> waiting = new ArrayDeque<>();
    private boolean initialized;
    private boolean watches; // the editor can be told which files to watch
    private boolean stopped; // it was asked to shut down
    private boolean closed; // the stream has ended

    /// @param workspace finds out what documents are looked at with
    /// @param in messages of the editor
    /// @param out messages to it
    public LanguageServer(Workspace workspace, InputStream in, OutputStream out) {
        this.messages = new EditorMessages(in, out);
        this.documents = new EditorDocuments(workspace, messages);
    }

    /// Serves until the editor says `exit` or closes its stream.
    ///
    /// @return whether it was shut down as the protocol wants it
    /// @throws IOException if a stream fails or what comes is no message
    public boolean run() throws IOException {
        while (true) {
            receive();
            Json.Obj request = waiting.poll();
            if (request == null) {
                return stopped;
            }
            String method = request.text("method", "");
            if (method.equals("exit")) {
                return stopped;
            }
            handle(method, request);
        }
    }

    // Reads what is there, and waits for a message if nothing is.
    private void receive() throws IOException {
        while (!closed && waiting.size() < MAX_WAITING) {
            boolean more = messages.hasMore();
            if (!more && !waiting.isEmpty()) {
                return;
            }
            if (!more) {
                documents.look();
            }
            byte[] message = messages.read();
            if (message == null) {
                closed = true;
                return;
            }
            try {
                accept(Json.parseObject(message));
            } catch (InvalidJsonException e) {
                messages.fail(null, PARSE_ERROR, String.valueOf(e.getMessage()));
            }
        }
    }

    private void accept(Json.Obj message) throws IOException {
        boolean cancels = message.text("method", "").equals("$/cancelRequest");
        if (cancels && message.get("params") instanceof Json.Obj params) {
            Iterator<Json.Obj> all = waiting.iterator();
            while (all.hasNext()) {
                Json id = all.next().get("id");
                if (id != null && Objects.equals(id, params.get("id"))) {
                    all.remove();
                    messages.fail(id, CANCELLED, "cancelled");
                }
            }
        } else {
            waiting.add(message);
        }
    }

    private void handle(String method, Json.Obj request) throws IOException {
        Json id = request.get("id");
        Json.Obj params =
                request.get("params") instanceof Json.Obj given ? given : new Json.Obj(Map.of());
        if (method.isEmpty()) {
            return; // an answer to what was asked of the editor
        }
        if (!initialized && !method.equals("initialize")) {
            refuse(id, NOT_INITIALIZED, "initialize comes first");
        } else if (stopped) {
            refuse(id, INVALID_REQUEST, "the server was shut down");
        } else {
            try {
                dispatch(method, id, params);
            } catch (InvalidJsonException e) {
                refuse(id, INVALID_PARAMS, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                // One document must not cost the editor the others.
                refuse(id, INTERNAL_ERROR, method + ": " + e);
                messages.log(method + ": " + e);
            }
        }
    }

    private void refuse(@Nullable Json id, int code, String why) throws IOException {
        if (id != null) {
            messages.fail(id, code, why);
        }
    }

    private void dispatch(String method, @Nullable Json id, Json.Obj params) throws IOException {
        switch (method) {
            case "initialize" -> {
                initialized = true;
                watches = canWatch(params);
                documents.folders(params);
                messages.answer(id, LanguageServer::capabilities);
            }
            case "initialized" -> {
                if (watches) {
                    messages.watch();
                }
            }
            case "shutdown" -> {
                stopped = true;
                messages.answer(id, json -> json.value((String) null));
            }
            case "workspace/didChangeWorkspaceFolders" -> documents.foldersChanged(params);
            case "workspace/didChangeConfiguration",
                    "workspace/didChangeWatchedFiles",
                    "textDocument/didSave" ->
                    documents.refresh();
            case "textDocument/didOpen" -> documents.open(params);
            case "textDocument/didChange" -> documents.change(params);
            case "textDocument/didClose" -> documents.close(params);
            case "textDocument/hover" -> messages.answer(id, json -> documents.hover(json, params));
            case "textDocument/codeAction" ->
                    messages.answer(id, json -> documents.actions(json, params));
            case "textDocument/completion" ->
                    messages.answer(id, json -> documents.completion(json, params));
            default -> refuse(id, METHOD_NOT_FOUND, "there is no " + method);
        }
    }

    private static boolean canWatch(Json.Obj params) throws InvalidJsonException {
        return params.get("capabilities") instanceof Json.Obj capabilities
                && capabilities.get("workspace") instanceof Json.Obj workspace
                && workspace.get("didChangeWatchedFiles") instanceof Json.Obj watched
                && watched.flag("dynamicRegistration");
    }

    private static void capabilities(JsonWriter json) {
        json.beginObject().name("capabilities").beginObject();
        json.member("positionEncoding", "utf-16");
        json.name("textDocumentSync").beginObject().member("openClose", true);
        json.member("change", 2).member("save", true).endObject();
        json.member("hoverProvider", true);
        json.name("codeActionProvider").beginObject().name("codeActionKinds").beginArray();
        json.value("quickfix").value(EditorDocuments.FIX_ALL).endArray().endObject();
        json.name("completionProvider").beginObject().name("triggerCharacters").beginArray();
        json.value("-").value("=").value(" ").endArray().endObject();
        json.name("workspace").beginObject().name("workspaceFolders").beginObject();
        json.member("supported", true).member("changeNotifications", true);
        json.endObject().endObject();
        json.endObject().name("serverInfo").beginObject().member("name", "Slipway").endObject();
        json.endObject();
    }
}
