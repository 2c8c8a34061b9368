/// HTTP/1.1 over sockets: just what a registry client needs, streaming, and quick to start.
///
/// Of three clients measured, `java.net.http` moved a third of a socket's bytes and held the exit
/// up, and `HttpURLConnection` cannot PATCH; so the messages are written here.
@NullMarked
package dev.slipway.distribution.http;

import org.jspecify.annotations.NullMarked;
