package dev.slipway.build;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// An archive under construction, by another implementation than the one tested. Names are taken as
/// they are, hostile ones too.
final class Tar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream out =
            new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());

    Tar() {
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        out.setAddPaxHeadersForNonAsciiNames(true);
    }

    Tar file(String name, String content) {
        return file(name, content, Map.of());
    }

    Tar file(String name, String content, Map<String, String> pax) {
        byte[] data = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.setSize(data.length);
        entry.setMode(0640);
        pax.forEach(entry::addPaxHeader);
        return put(entry, data);
    }

    Tar directory(String name, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_DIR, true);
        entry.setMode(mode);
        return put(entry, new byte[0]);
    }

    Tar symlink(String name, String target) {
        return link(name, target, TarConstants.LF_SYMLINK);
    }

    Tar hardLink(String name, String target) {
        return link(name, target, TarConstants.LF_LINK);
    }

    private Tar link(String name, String target, byte type) {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    private Tar put(TarArchiveEntry entry, byte[] data) {
        entry.setModTime(1_000_000_000_000L);
        entry.setIds(11, 22);
        try {
            out.putArchiveEntry(entry);
            out.write(data);
            out.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() throws IOException {
        out.close();
        return bytes.toByteArray();
    }
}
