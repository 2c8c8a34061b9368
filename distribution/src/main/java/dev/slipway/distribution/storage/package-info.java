/// Blobs kept where there is no registry: an S3 bucket ([S3Storage]) or the cache of GitHub Actions
/// ([ActionsStorage]), each in the layout of BuildKit's caches.
///
/// As in all of this module, bodies are bounded, a download goes on where it broke off, and
/// credentials stay out of messages. Digests are verified by who takes the bytes.
@NullMarked
package dev.slipway.distribution.storage;

import org.jspecify.annotations.NullMarked;
