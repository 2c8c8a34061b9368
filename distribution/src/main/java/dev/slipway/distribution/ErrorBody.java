package dev.slipway.distribution;

import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.ImageException;
import dev.slipway.image.Json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What a registry says of a failure: OCI distribution-spec, "Error Codes".
///
/// @param code of the first error; "" if there is none
/// @param message in words, of one line; "" if there is none
record ErrorBody(String code, String message) {
    private static final int MAX_BYTES = 64 << 10;
    private static final int SHOWN = 300;

    static ErrorBody of(HttpResponse answer) {
        byte[] body;
        try {
            body = answer.read(MAX_BYTES);
        } catch (IOException _) {
            return new ErrorBody("", "");
        }
        return of(body);
    }

    static ErrorBody of(byte[] body) {
        if (body.length == 0) {
            return new ErrorBody("", "");
        }
        try {
            Json.Obj json = Json.parseObject(body);
            for (Json.Obj error : json.objects("errors")) {
                Json detail = error.get("detail");
                String more =
                        detail instanceof Json.Str(String text) && !text.isBlank()
                                ? ": " + text
                                : "";
                return new ErrorBody(
                        clean(error.text("code", "")), clean(error.text("message", "") + more));
            }
            String single = json.text("message", json.text("details", ""));
            return new ErrorBody("", clean(single));
        } catch (ImageException _) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            boolean page = text.startsWith("<"); // of a proxy, for a browser
            return new ErrorBody("", page ? "" : clean(text));
        }
    }

    /// One line without control characters, not too long.
    private static String clean(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? ' ' : c);
        }
        return out.toString().strip();
    }
}
