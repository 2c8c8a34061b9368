package dev.slipway.distribution;

import dev.slipway.distribution.http.Headers;
import dev.slipway.distribution.http.HttpBody;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A request to a registry, before it is known where exactly that is and who we are there.
///
/// @param attempt what is tried, for messages: `pull the manifest of app:1`
/// @param place path and query on the registry, or a whole URL it gave us
/// @param repository whose credentials count; "" for the registry itself
/// @param scopes that a token must allow
/// @param accepted statuses that are answers rather than failures
/// @param replayable whether a failed attempt may be repeated blindly
record Call(
        String method,
        String attempt,
        String place,
        String repository,
        List<String> scopes,
        Headers headers,
        @Nullable HttpBody body,
        List<Integer> accepted,
        boolean replayable) {
    Call {
        scopes = List.copyOf(scopes);
        accepted = List.copyOf(accepted);
    }

    Call with(String name, String value) {
        return new Call(
                method,
                attempt,
                place,
                repository,
                scopes,
                headers.copy().add(name, value),
                body,
                accepted,
                replayable);
    }

    Call with(HttpBody content, String mediaType) {
        return new Call(
                method,
                attempt,
                place,
                repository,
                scopes,
                headers.copy().add("Content-Type", mediaType),
                content,
                accepted,
                replayable);
    }

    /// The same with one more scope.
    Call alsoAllowed(String scope) {
        var more = new java.util.ArrayList<>(scopes);
        more.add(scope);
        return new Call(
                method, attempt, place, repository, more, headers, body, accepted, replayable);
    }

    /// The same, whose failure the caller looks into before it goes on.
    Call once() {
        return new Call(method, attempt, place, repository, scopes, headers, body, accepted, false);
    }
}
