package dev.slipway.distribution.http;

import org.jspecify.annotations.Nullable;

import java.net.URI;

/// A request. Its text form leaves out headers and query, which may hold secrets.
///
/// @param uri absolute, `http` or `https`
/// @param body null: none, and no `Content-Length` either
public record HttpRequest(String method, URI uri, Headers headers, @Nullable HttpBody body) {
    /// A request without body.
    public static HttpRequest of(String method, URI uri) {
        return new HttpRequest(method, uri, new Headers(), null);
    }

    /// The same with one more header.
    public HttpRequest with(String name, String value) {
        return new HttpRequest(method, uri, headers.copy().add(name, value), body);
    }

    /// The same with this body.
    public HttpRequest with(HttpBody newBody) {
        return new HttpRequest(method, uri, headers, newBody);
    }

    /// The same to another place.
    public HttpRequest at(URI other) {
        return new HttpRequest(method, other, headers, body);
    }

    /// Whether sending it twice does what sending it once does: RFC 9110, 9.2.2.
    boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }
}
