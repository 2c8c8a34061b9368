package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/// Downloads into the cache, `cache/http`, each address once for as long as the server says that
/// nothing changed.
///
/// A file is kept by the digest of its content, which is taken while it arrives; what a server
/// claims (type, length, name) is never trusted for more than a name. Thread-safe.
public final class Web {
    /// The most a download may hold.
    public static final long MAX_BYTES = 1L << 36;

    private static final String FACTS = "facts";
    private static final int BUFFER_BYTES = 128 << 10;
    private static final String UNNAMED = "__unnamed__"; // as BuildKit calls it

    private final Path cache;
    private final Surroundings surroundings;

    /// @param home the store's directory
    public Web(Path home, Surroundings surroundings) {
        this.cache = home.resolve("cache").resolve("http");
        this.surroundings = surroundings;
    }

    /// Has the file at `address`: from the cache if it is the one with the digest wanted, or if its
    /// server says that it is unchanged.
    ///
    /// @param sha256 the digest it must have, in hex; null: any
    /// @param maxBytes how large it may be
    public Download fetch(WebAddress address, @Nullable String sha256, long maxBytes)
            throws FetchException, IOException, InterruptedException {
        CacheRoom room = CacheRoom.open(cache, identity(address));
        boolean done = false;
        try (var _ = room.change()) {
            Download result = fetch(address, sha256, maxBytes, room);
            done = true;
            return result;
        } finally {
            if (!done) {
                room.close();
            }
        }
    }

    /// What a room is named by. A query may be a signature that is nobody's business.
    private static String identity(WebAddress address) {
        String text = address.toString();
        int query = text.indexOf('?');
        return query < 0
                ? text
                : text.substring(0, query) + "?" + CacheRoom.sha256(text.substring(query));
    }

    private Download fetch(
            WebAddress address, @Nullable String sha256, long maxBytes, CacheRoom room)
            throws FetchException, IOException, InterruptedException {
        Download.Facts known = usable(Download.Facts.read(room.resolve(FACTS)), address, room);
        if (sha256 != null && known != null && known.sha256().equals(sha256)) {
            return kept(address, known, 0, room);
        }
        try (Exchange exchange = new Exchange(address, surroundings)) {
            exchange.request(known);
            if (known != null && exchange.isUnchanged(known)) {
                check(address, known.sha256(), sha256);
                return kept(address, known, 0, room);
            }
            Path arriving = room.resolve(".arriving-" + System.nanoTime());
            try {
                Download.Facts facts = receive(exchange, arriving, maxBytes);
                long bytes = Files.size(arriving);
                check(address, facts.sha256(), sha256);
                keep(arriving, address, facts, room);
                if (known != null && !known.sha256().equals(facts.sha256())) {
                    room.discard(folder(address, known));
                }
                return kept(address, facts, bytes, room);
            } finally {
                Files.deleteIfExists(arriving);
            }
        }
    }

    private static Download.@Nullable Facts usable(
            Download.@Nullable Facts facts, WebAddress address, CacheRoom room)
            throws FetchException {
        return facts != null && Files.exists(place(address, facts, room)) ? facts : null;
    }

    private static Path place(WebAddress address, Download.Facts facts, CacheRoom room)
            throws FetchException {
        return room.resolve(folder(address, facts)).resolve(name(address, facts));
    }

    /// A file that only its server names may come under several names.
    private static String folder(WebAddress address, Download.Facts facts) throws FetchException {
        return address.fileName() != null
                ? facts.sha256()
                : facts.sha256() + "-" + CacheRoom.sha256(name(address, facts)).substring(0, 8);
    }

    /// The address says what a file is called; only where it does not, the server.
    private static String name(WebAddress address, Download.Facts facts) throws FetchException {
        String name = address.fileName();
        if (name != null) {
            return name;
        }
        return facts.name() == null ? UNNAMED : facts.name();
    }

    private static Download kept(
            WebAddress address, Download.Facts facts, long bytes, CacheRoom room)
            throws FetchException, IOException {
        String folder = folder(address, facts);
        return new Download(
                room.resolve(folder),
                name(address, facts),
                facts.sha256(),
                bytes,
                room,
                room.use(folder));
    }

    private static void check(WebAddress address, String found, @Nullable String wanted)
            throws FetchException {
        if (wanted != null && !wanted.equals(found)) {
            throw FetchException.drift(
                    address + " has the digest sha256:" + found + ", not sha256:" + wanted,
                    "if the file was meant to change, correct --checksum; else do not trust it");
        }
    }

    private Download.Facts receive(Exchange exchange, Path file, long maxBytes)
            throws FetchException, IOException, InterruptedException {
        MessageDigest digest = CacheRoom.digest();
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (InputStream in = exchange.body();
                var out =
                        java.nio.channels.FileChannel.open(
                                file, java.nio.file.StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long total = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                if (total > maxBytes) {
                    throw new FetchException(
                            exchange.address() + " is larger than " + maxBytes + " bytes", null);
                }
                digest.update(buffer, 0, n);
                for (var bytes = java.nio.ByteBuffer.wrap(buffer, 0, n); bytes.hasRemaining(); ) {
                    out.write(bytes);
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            exchange.checkLength(total);
            out.force(true);
        } catch (IOException e) {
            throw exchange.failure(e);
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        return new Download.Facts(
                sha256,
                exchange.header("ETag"),
                exchange.header("Last-Modified"),
                contentName(exchange.header("Content-Disposition")));
    }

    private static void keep(Path arrived, WebAddress address, Download.Facts facts, CacheRoom room)
            throws FetchException, IOException {
        Path file = place(address, facts, room);
        Files.createDirectories(file.resolveSibling("."));
        Files.setLastModifiedTime(arrived, FileTime.from(modified(facts.modified())));
        try {
            Files.move(arrived, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (java.nio.file.FileSystemException e) {
            throw new FetchException(
                    "cannot keep " + address + " under its name: " + e.getReason(), null, e);
        }
        CacheRoom.write(room.resolve(FACTS), facts.text());
    }

    /// RFC 9110 §8.8.2; 1970 if there is none, as in BuildKit.
    private static Instant modified(@Nullable String header) {
        try {
            return header == null
                    ? Instant.EPOCH
                    : ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException _) {
            return Instant.EPOCH;
        }
    }

    /// The file name of RFC 6266 §4.3, cut down to its last part; null if there is none.
    static @Nullable String contentName(@Nullable String header) throws FetchException {
        if (header == null) {
            return null;
        }
        String name = parameter(header, "filename*");
        int charset = name == null ? -1 : name.indexOf("''");
        if (name != null && charset >= 0 && name.regionMatches(true, 0, "utf-8", 0, 5)) {
            name = Addresses.decoded(name.substring(charset + 2));
        } else {
            name = parameter(header, "filename");
        }
        if (name == null) {
            return null;
        }
        int slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
        String last = name.substring(slash + 1);
        boolean printable = last.chars().allMatch(c -> c >= ' ' && c != 0x7f);
        return printable ? WebAddress.usable(last) : null;
    }

    private static @Nullable String parameter(String header, String wanted) {
        for (int at = header.indexOf(';'); at >= 0; ) {
            int equals = header.indexOf('=', at);
            if (equals < 0) {
                return null;
            }
            String name = header.substring(at + 1, equals).strip().toLowerCase(Locale.ROOT);
            int start = equals + 1;
            boolean quoted = start < header.length() && header.charAt(start) == '"';
            int end = header.indexOf(quoted ? '"' : ';', quoted ? start + 1 : start);
            end = end < 0 ? header.length() : end;
            if (name.equals(wanted)) {
                return header.substring(quoted ? start + 1 : start, end).strip();
            }
            at = header.indexOf(';', end);
        }
        return null;
    }

    /// The text of a small file, such as a Dockerfile.
    public static String text(Download download) throws IOException {
        byte[] bytes = Files.readAllBytes(download.file());
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
