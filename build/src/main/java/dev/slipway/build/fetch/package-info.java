/// Brings files from elsewhere into the store's cache: downloads, and checkouts of git
/// repositories.
///
/// Knows nothing of builds. Failures are {@link dev.slipway.build.fetch.FetchException}s that say
/// what was tried; the caller adds the step. Credentials are used, never kept: no file written
/// here, no argument of a process and no message holds one.
@NullMarked
package dev.slipway.build.fetch;

import org.jspecify.annotations.NullMarked;
