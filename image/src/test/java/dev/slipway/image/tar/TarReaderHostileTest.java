package dev.slipway.image.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;

class TarReaderHostileTest {
    private static final TarLimits SMALL = new TarLimits(3, 2048, 64, 64, 4, 1 << 20, 1 << 19);

    @Test
    void wrongChecksum_namesTheOffset() {
        byte[] tar = archive(file("a", 600), file("b", 0));
        tar[512 + 1024 + 5] ^= 1; // in the second header
        assertThatThrownBy(() -> readAll(tar, TarLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        TarException.class, e -> assertThat(e.offset()).isEqualTo(1536))
                .hasMessageContaining("checksum");
    }

    @Test
    void notATar() {
        byte[] text =
                "hello, world, this is no archive".repeat(40).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> readAll(text, TarLimits.DEFAULT))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("no tar archive");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 511, 513, 700, 1000})
    void cutShort(int length) {
        byte[] tar = archive(file("a", 600));
        assertThatThrownBy(() -> readAll(Arrays.copyOf(tar, length), TarLimits.DEFAULT))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("ends");
    }

    @Test
    void missingEnd_isTaken() throws IOException {
        byte[] tar = archive(file("a", 600));
        assertThat(readAll(Arrays.copyOf(tar, tar.length - 1024), SMALL)).isEqualTo(1);
        assertThat(readAll(Arrays.copyOf(tar, tar.length - 512), SMALL)).isEqualTo(1);
        assertThat(readAll(Arrays.copyOf(tar, 512 + 600), SMALL)).isEqualTo(1);
    }

    @Test
    void emptyStream_isAnEmptyArchive() throws IOException {
        assertThat(readAll(new byte[0], SMALL)).isZero();
    }

    @Test
    void loneZeroBlock() {
        byte[] one = archive(file("a", 0));
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(one, 0, 1024); // header and one block of zeros
        both.write(one, 0, one.length);
        assertThatThrownBy(() -> readAll(both.toByteArray(), SMALL)).hasMessageContaining("lone");
    }

    @Test
    void tooManyEntries() {
        byte[] tar = archive(file("a", 0), file("b", 0), file("c", 0), file("d", 0));
        assertThatThrownBy(() -> readAll(tar, SMALL)).hasMessageContaining("over 3 entries");
    }

    @Test
    void tooLongPath_inPax() {
        byte[] tar = archive(file("x".repeat(200), 0));
        assertThatThrownBy(() -> readAll(tar, SMALL)).hasMessageContaining("path of 200 bytes");
    }

    @Test
    void tooLargePaxHeader_isNotAllocated() {
        byte[] header = raw('x', "p", 1L << 32);
        assertThatThrownBy(() -> readAll(header, TarLimits.DEFAULT))
                .hasMessageContaining("extended header of 4294967296 bytes");
    }

    @Test
    void tooLargeGnuLongName_isNotAllocated() {
        assertThatThrownBy(() -> readAll(raw('L', "p", 1L << 30), TarLimits.DEFAULT))
                .hasMessageContaining("extended header");
    }

    @Test
    void tooLargeArchive() {
        byte[] tar = raw('0', "f", 2 << 20);
        assertThatThrownBy(() -> readAll(tar, SMALL)).hasMessageContaining("larger than");
    }

    @Test
    void tooLargeFile() {
        byte[] tar = raw('0', "f", 1 << 19 | 1);
        assertThatThrownBy(() -> readAll(tar, SMALL)).hasMessageContaining("file of 524289 bytes");
    }

    @Test
    void negativeSize_inBase256() {
        byte[] header = raw('0', "f", 0);
        Arrays.fill(header, 124, 136, (byte) 0xff);
        assertThatThrownBy(() -> readAll(checksummed(header), SMALL))
                .hasMessageContaining("file of -1");
    }

    @Test
    void numberBeyond64Bits() {
        byte[] header = raw('0', "f", 0);
        Arrays.fill(header, 124, 136, (byte) 0x3f);
        header[124] = (byte) 0xbf;
        assertThatThrownBy(() -> readAll(checksummed(header), SMALL))
                .hasMessageContaining("64 bits");
    }

    @ParameterizedTest
    @CsvSource({
        "'5 a=b\n', no valid length",
        "'x a=b\n', no valid length",
        "'99 a=b\n', no valid length",
        "'99999999999999999999 a=b\n', no valid length",
        "'6 a=b ', length key=value",
        "'6 =ab\n', length key=value",
        "'6 abc\n', length key=value",
        "'3 \n', length key=value",
    })
    void malformedPax(String records, String problem) {
        assertThatThrownBy(() -> readAll(withPax(records), SMALL))
                .isInstanceOf(TarException.class)
                .hasMessageContaining(problem.equals("no valid length") ? "pax record" : problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "path=a\0b",
                "uid=-1",
                "uid=4294967295",
                "uid=x",
                "size=-5",
                "mtime=1e9",
                "mtime=",
                "GNU.sparse.numbytes=1",
                "GNU.sparse.map=1",
                "GNU.sparse.map=x,1",
                "GNU.sparse.major=2",
                "GNU.sparse.map=0,99999999",
                "GNU.sparse.size=x"
            })
    void wrongPaxValue(String record) throws IOException {
        byte[] tar = withPax(paxRecord(record));
        if (record.equals("mtime=")) { // takes the key back
            assertThat(readAll(tar, SMALL)).isEqualTo(1);
        } else {
            assertThatThrownBy(() -> readAll(tar, SMALL)).isInstanceOf(TarException.class);
        }
    }

    /// A count promised by the archive allocated as much memory as it said.
    @Test
    void cve202558183_sparseMapOfABillionRegions() {
        String map = "1000000000\n" + "0\n".repeat(600);
        byte[] tar =
                withPaxAndData(
                        paxRecord("GNU.sparse.major=1")
                                + paxRecord("GNU.sparse.minor=0")
                                + paxRecord("GNU.sparse.realsize=1"),
                        map);
        assertThatThrownBy(() -> readAll(tar, TarLimits.DEFAULT))
                .hasMessageContaining("1000000000 regions");
    }

    @Test
    void sparseMap_beyondItsFile() {
        String map = paxRecord("GNU.sparse.map=0,5,3,5") + paxRecord("GNU.sparse.size=8");
        assertThatThrownBy(() -> readAll(withPaxAndData(map, "0123456789"), SMALL))
                .hasMessageContaining("overlap");
        String beyond = paxRecord("GNU.sparse.map=0,5,30,5") + paxRecord("GNU.sparse.size=8");
        assertThatThrownBy(() -> readAll(withPaxAndData(beyond, "0123456789"), SMALL))
                .hasMessageContaining("beyond the end");
        String huge = paxRecord("GNU.sparse.map=9223372036854775807,5");
        assertThatThrownBy(() -> readAll(withPaxAndData(huge, "01234"), SMALL))
                .hasMessageContaining("out of range");
    }

    @Test
    void sparseExtensions_thatNeverEnd() {
        byte[] header = raw('S', "f", 0);
        System.arraycopy("ustar  \0".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 8);
        header[482] = 1;
        byte[] more = new byte[512];
        more[504] = 1;
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(checksummed(header));
        for (int i = 0; i < 1000; i++) {
            tar.writeBytes(more);
        }
        assertThatThrownBy(() -> readAll(tar.toByteArray(), SMALL))
                .hasMessageContaining("does not end");
    }

    @Test
    void globalPath_doesNotNameEveryFile() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        byte[] records =
                (paxRecord("path=evil") + paxRecord("uid=7")).getBytes(StandardCharsets.UTF_8);
        tar.writeBytes(raw('g', "g", records.length));
        tar.writeBytes(Arrays.copyOf(records, 512));
        tar.writeBytes(archive(file("good", 0)));
        TarReader reader =
                new TarReader(new ByteArrayInputStream(tar.toByteArray()), TarLimits.DEFAULT);
        TarEntry entry = java.util.Objects.requireNonNull(reader.next());
        assertThat(entry.path()).isEqualTo(RawPath.of("good"));
        assertThat(entry.uid()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, etc/passwd",
        "../../x, x",
        "a/../../b, b",
        "./, ''",
        "a//b/./c/, a/b/c",
        "/, ''",
        "..,''"
    })
    void names_comeOutClean(String name, String clean) throws IOException {
        TarReader reader =
                new TarReader(new ByteArrayInputStream(raw('5', name, 0)), TarLimits.DEFAULT);
        TarEntry entry = java.util.Objects.requireNonNull(reader.next());
        assertThat(entry.path()).isEqualTo(RawPath.of(clean));
    }

    @Test
    void signedChecksum_isTaken() throws IOException {
        byte[] header = raw('0', "f", 0);
        header[0] = (byte) 0xe9;
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, header, 148, 8);
        assertThat(readAll(header, SMALL)).isEqualTo(1);
    }

    @Test
    void noise_endsInTarExceptionOrNothing() {
        Random random = new Random(7);
        byte[] good = archive(file("a", 600), file("x".repeat(150), 3), link("l", "t".repeat(120)));
        for (int round = 0; round < 3000; round++) {
            byte[] bad = good.clone();
            for (int i = 0; i <= round % 5; i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            for (int at = 0; at + 512 <= bad.length && round % 2 == 0; at += 512) {
                if (new String(bad, at + 257, 5, StandardCharsets.ISO_8859_1).equals("ustar")) {
                    System.arraycopy(
                            checksummed(Arrays.copyOfRange(bad, at, at + 512)), 0, bad, at, 512);
                }
            }
            try {
                readAll(bad, SMALL);
            } catch (TarException _) {
                // as it should
            } catch (IOException e) {
                throw new AssertionError("round " + round, e);
            }
        }
    }

    private static int readAll(byte[] tar, TarLimits limits) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar), limits);
        int count = 0;
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            long size = reader.content().transferTo(java.io.OutputStream.nullOutputStream());
            assertThat(size).isEqualTo(entry.size());
            count++;
        }
        reader.drain();
        return count;
    }

    private static TarEntry file(String path, long size) {
        return entry(path, Kind.REGULAR, size, null);
    }

    private static TarEntry link(String path, String target) {
        return entry(path, Kind.SYMLINK, 0, target);
    }

    private static TarEntry entry(
            String path, Kind kind, long size, @org.jspecify.annotations.Nullable String target) {
        return new TarEntry(
                RawPath.of(path),
                kind,
                0644,
                0,
                0,
                size,
                Timespec.EPOCH,
                target == null ? null : RawPath.of(target),
                0,
                0,
                new TreeMap<>());
    }

    private static byte[] archive(TarEntry... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (TarEntry entry : entries) {
                writer.begin(entry);
                writer.content(new ByteArrayInputStream(new byte[(int) entry.size()]));
            }
            writer.finish();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] raw(char type, String name, long size) {
        byte[] block = TarEncoder.header(file("x", 0));
        Arrays.fill(block, 0, 100, (byte) 0);
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, 0, bytes.length);
        byte[] digits = String.format("%011o\0", size).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, block, 124, 12);
        block[156] = (byte) type;
        return checksummed(block);
    }

    private static byte[] checksummed(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, block, 148, 8);
        return block;
    }

    private static String paxRecord(String record) {
        int length = record.length() + 3;
        while (Integer.toString(length).length() + record.length() + 2 != length) {
            length++;
        }
        return length + " " + record + "\n";
    }

    private static byte[] withPax(String records) {
        return withPaxAndData(records, "");
    }

    private static byte[] withPaxAndData(String records, String data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] pax = records.getBytes(StandardCharsets.ISO_8859_1);
        out.writeBytes(raw('x', "pax", pax.length));
        out.writeBytes(Arrays.copyOf(pax, (pax.length + 511) / 512 * 512));
        byte[] content = data.getBytes(StandardCharsets.ISO_8859_1);
        out.writeBytes(raw('0', "f", content.length));
        out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }
}
