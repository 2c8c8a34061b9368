package dev.slipway.base;

import com.github.luben.zstd.ZstdOutputStream;

import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/// A `.deb` made for a test.
final class TestDeb {
    private final String name;
    private final String version;
    private final StringBuilder fields = new StringBuilder();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(data);
    private String compression = "xz";

    private TestDeb(String name, String version) {
        this.name = name;
        this.version = version;
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    static TestDeb of(String name, String version) {
        return new TestDeb(name, version);
    }

    String name() {
        return name;
    }

    String version() {
        return version;
    }

    String fields() {
        return fields.toString();
    }

    TestDeb field(String field, String value) {
        fields.append(field).append(": ").append(value).append('\n');
        return this;
    }

    TestDeb compressed(String how) {
        compression = how;
        return this;
    }

    TestDeb directory(String path) throws IOException {
        return entry(new TarArchiveEntry(path + "/", TarConstants.LF_DIR), 040755, new byte[0]);
    }

    TestDeb file(String path, String text) throws IOException {
        return entry(
                new TarArchiveEntry(path, TarConstants.LF_NORMAL, true),
                0100644,
                text.getBytes(StandardCharsets.UTF_8));
    }

    TestDeb symlink(String path, String target) throws IOException {
        var entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        return entry(entry, 0120777, new byte[0]);
    }

    TestDeb hardLink(String path, String target) throws IOException {
        var entry = new TarArchiveEntry(path, TarConstants.LF_LINK, true);
        entry.setLinkName(target);
        return entry(entry, 0100644, new byte[0]);
    }

    private TestDeb entry(TarArchiveEntry entry, int mode, byte[] content) throws IOException {
        entry.setMode(mode);
        entry.setSize(content.length);
        entry.setModTime(1_700_000_000_000L);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        return this;
    }

    String control() {
        return "Package: "
                + name
                + "\nVersion: "
                + version
                + "\nArchitecture: all\n"
                + fields
                + "Description: a test\n";
    }

    byte[] bytes() throws IOException {
        tar.finish();
        var control = new ByteArrayOutputStream();
        try (var out = new TarArchiveOutputStream(control)) {
            byte[] text = control().getBytes(StandardCharsets.UTF_8);
            var entry = new TarArchiveEntry("./control");
            entry.setSize(text.length);
            entry.setModTime(0);
            out.putArchiveEntry(entry);
            out.write(text);
            out.closeArchiveEntry();
        }
        var deb = new ByteArrayOutputStream();
        try (var ar = new ArArchiveOutputStream(deb)) {
            member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
            var how = compression.equals("zst") ? "zst" : "gz"; // Ubuntu's have it for both
            member(ar, "control.tar." + how, compress(how, control.toByteArray()));
            var extension = compression.isEmpty() ? "" : "." + compression;
            member(ar, "data.tar" + extension, compress(compression, data.toByteArray()));
        }
        return deb.toByteArray();
    }

    private static void member(ArArchiveOutputStream ar, String name, byte[] content)
            throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length, 0, 0, 0100644, 0));
        ar.write(content);
        ar.closeArchiveEntry();
    }

    static byte[] compress(String how, byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream to =
                switch (how) {
                    case "gz" -> new GZIPOutputStream(out);
                    case "xz" -> new XZOutputStream(out, new LZMA2Options(1));
                    case "zst" -> new ZstdOutputStream(out);
                    default -> out;
                }) {
            to.write(content);
        }
        return out.toByteArray();
    }
}
