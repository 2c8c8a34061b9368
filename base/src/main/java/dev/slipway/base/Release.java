package dev.slipway.base;

import dev.slipway.base.VerificationException.Reason;
import dev.slipway.image.Digest;
import dev.slipway.image.InvalidDigestException;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A suite's `Release` file: what is in it, by SHA-256.
///
/// @param allIsApart whether packages for all architectures are in an index of their own
/// @param files by path below the suite's directory
record Release(
        String origin,
        String suite,
        String codename,
        @Nullable Instant date,
        @Nullable Instant validUntil,
        List<String> components,
        List<String> architectures,
        boolean acquireByHash,
        boolean allIsApart,
        Map<String, Entry> files) {

    /// One file of the suite; size in bytes.
    record Entry(Digest sha256, long size) {}

    private static final int MAX_ENTRIES = 200_000;
    private static final Duration CLOCK_SLACK = Duration.ofHours(24);

    static Release parse(String text) throws ArchiveException {
        var control = Control.parseOne(text);
        var architectures = words(control.value("Architectures"));
        boolean allIsApart =
                architectures.contains("all")
                        && !words(control.value("No-Support-for-Architecture-all"))
                                .contains("Packages");
        var hashes = control.value("SHA256");
        return new Release(
                text(control, "Origin"),
                text(control, "Suite"),
                text(control, "Codename"),
                instant(control.value("Date")),
                instant(control.value("Valid-Until")),
                words(control.value("Components")),
                architectures,
                control.isYes("Acquire-By-Hash"),
                allIsApart,
                entries(hashes == null ? "" : hashes));
    }

    private static String text(Control control, String name) {
        var value = control.value(name);
        return value == null ? "" : value.strip();
    }

    private static List<String> words(@Nullable String value) {
        return value == null || value.isBlank()
                ? List.of()
                : List.of(value.strip().split("\\s+", -1));
    }

    private static Map<String, Entry> entries(String value) throws ArchiveException {
        var files = new HashMap<String, Entry>();
        for (var line : value.lines().toList()) {
            if (line.isBlank()) {
                continue;
            }
            var words = words(line);
            if (words.size() != 3 || files.size() >= MAX_ENTRIES) {
                throw new ArchiveException("not a line of a hash list: '" + line.strip() + "'");
            }
            try {
                files.put(
                        words.get(2),
                        new Entry(
                                Digest.parse("sha256:" + words.get(0)),
                                Long.parseLong(words.get(1))));
            } catch (InvalidDigestException | NumberFormatException e) {
                throw new ArchiveException("not a line of a hash list: '" + line.strip() + "'", e);
            }
        }
        return Map.copyOf(files);
    }

    /// `Sat, 21 Nov 2026 00:53:02 UTC`
    private static @Nullable Instant instant(@Nullable String value) throws ArchiveException {
        if (value == null) {
            return null;
        }
        try {
            var text = value.strip();
            int zone = text.lastIndexOf(' ');
            var format =
                    DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss", Locale.ROOT)
                            .withZone(ZoneOffset.UTC);
            var name = zone < 0 ? "" : text.substring(zone + 1);
            if (!List.of("UTC", "GMT", "Z", "+0000").contains(name)) {
                throw new ArchiveException("not a date in UTC: '" + text + "'");
            }
            return ZonedDateTime.parse(text.substring(0, zone), format).toInstant();
        } catch (DateTimeException e) {
            throw new ArchiveException("not a date: '" + value + "'", e);
        }
    }

    boolean isDistribution() {
        return origin.equals("Debian") || origin.equals("Ubuntu");
    }

    /// Says whether this is the release that was asked for, and of these days.
    void check(AptSource source, String what, Instant now) throws VerificationException {
        var wanted = source.suite();
        if (!source.isFlat() && !answersTo(wanted)) {
            throw new VerificationException(
                    Reason.WRONG_RELEASE,
                    what + " is the release of " + suite + " (" + codename + "), not of " + wanted);
        }
        if (date != null && date.isAfter(now.plus(CLOCK_SLACK))) {
            throw new VerificationException(
                    Reason.OUT_OF_DATE,
                    what + " is dated " + date + ", in the future",
                    "check this machine's clock");
        }
        if (source.checkValidUntil() && validUntil != null && validUntil.isBefore(now)) {
            throw new VerificationException(
                    Reason.OUT_OF_DATE,
                    what + " was valid until " + validUntil,
                    "the mirror is out of date: use another, or say 'check-valid-until: false'"
                            + " for a frozen one");
        }
    }

    /// Debian's security suite was `bookworm/updates` once and calls itself `bookworm-security`;
    /// aliases such as `stable-security` are its `Suite`.
    private boolean answersTo(String wanted) {
        return wanted.equals(suite)
                || wanted.equals(codename)
                || wanted.equals(codename + "-" + suffix(suite))
                || (wanted.endsWith("/updates")
                        && wanted.substring(0, wanted.indexOf('/')).equals(codename));
    }

    private static String suffix(String suite) {
        int dash = suite.indexOf('-');
        return dash < 0 ? suite : suite.substring(dash + 1);
    }
}
