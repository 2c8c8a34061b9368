package dev.slipway.image.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

class TarRoundTripTest {
    private static final List<Kind> KINDS = List.copyOf(EnumSet.allOf(Kind.class));

    private static final class Member {
        private final TarEntry entry;
        private final byte[] content;

        Member(TarEntry entry, byte[] content) {
            this.entry = entry;
            this.content = content;
        }

        TarEntry entry() {
            return entry;
        }

        byte[] content() {
            return content;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void randomMembers_readBackTheSame(long seed) throws IOException {
        List<Member> members = random(new Random(seed), 200);
        byte[] tar = write(members);
        assertThat(tar.length % 512).isZero();
        List<Member> read = read(tar);
        assertThat(read).hasSameSizeAs(members);
        for (int i = 0; i < members.size(); i++) {
            assertThat(read.get(i).entry()).isEqualTo(members.get(i).entry());
            assertThat(read.get(i).content()).isEqualTo(members.get(i).content());
        }
        assertThat(write(read)).isEqualTo(tar);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void randomMembers_commonsCompressReadsTheSame(long seed) throws IOException {
        List<Member> members = random(new Random(seed), 200);
        var in =
                new TarArchiveInputStream(
                        new ByteArrayInputStream(write(members)), 10240, 512, "ISO-8859-1");
        for (Member member : members) {
            TarArchiveEntry found = in.getNextEntry();
            TarEntry entry = member.entry();
            assertThat(found.getMode() & 07777).isEqualTo(entry.mode());
            assertThat(found.getLongUserId()).isEqualTo(Integer.toUnsignedLong(entry.uid()));
            assertThat(found.getSize()).isEqualTo(entry.size());
            assertThat(found.getLastModifiedTime().toInstant())
                    .isEqualTo(
                            Instant.ofEpochSecond(entry.mtime().seconds(), entry.mtime().nanos()));
            assertThat(found.isDirectory()).isEqualTo(entry.kind() == Kind.DIRECTORY);
            assertThat(in.readAllBytes()).isEqualTo(member.content());
        }
        assertThat(in.getNextEntry()).isNull();
    }

    @Test
    void plainFile_isOneHeaderWithoutPax() throws IOException {
        byte[] tar =
                write(List.of(new Member(file("etc/passwd", new Timespec(1, 0), 3), bytes(3))));
        assertThat(tar).hasSize(512 + 512 + 1024);
        assertThat(tar[156]).isEqualTo((byte) '0');
    }

    @Test
    void ustarPrefix_isUsedBeforePax() {
        String long180 = "d".repeat(90) + "/" + "f".repeat(90);
        assertThat(TarEncoder.header(file(long180, Timespec.EPOCH, 0))).hasSize(512);
        assertThat(TarEncoder.header(file("f".repeat(101), Timespec.EPOCH, 0))).hasSize(512 * 3);
    }

    @Test
    void sizeBeyondOctal_isInPax() throws IOException {
        TarEntry huge = file("huge", Timespec.EPOCH, 1L << 34);
        byte[] header = TarEncoder.header(huge);
        TarReader reader = new TarReader(new ByteArrayInputStream(header), TarLimits.DEFAULT);
        assertThat(reader.next()).isEqualTo(huge);
    }

    @Test
    void content_ofAnotherLengthThanAnnounced() throws IOException {
        try (TarWriter writer = new TarWriter(new ByteArrayOutputStream())) {
            writer.begin(file("short", Timespec.EPOCH, 10));
            assertThatThrownBy(() -> writer.content(new ByteArrayInputStream(bytes(9))))
                    .isInstanceOfSatisfying(
                            ContentSizeException.class,
                            e -> {
                                assertThat(e.expectedBytes()).isEqualTo(10);
                                assertThat(e.foundBytes()).isEqualTo(9);
                            });
        }
        try (TarWriter writer = new TarWriter(new ByteArrayOutputStream())) {
            writer.begin(file("long", Timespec.EPOCH, 10));
            assertThatThrownBy(() -> writer.content(new ByteArrayInputStream(bytes(11))))
                    .isInstanceOf(ContentSizeException.class)
                    .hasMessageContaining("grew");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "1.5", "-1", "-1.5", "-0.5", "1700000000.123456789", "0.000000001"})
    void time_isSpeltAsItIsRead(String text) throws TarException {
        Timespec time = TarNumbers.parseTime(text.getBytes(StandardCharsets.US_ASCII), 0);
        assertThat(TarNumbers.formatTime(time)).isEqualTo(text);
    }

    private static TarEntry file(String path, Timespec mtime, long size) {
        return new TarEntry(
                RawPath.of(path),
                Kind.REGULAR,
                0644,
                0,
                0,
                size,
                mtime,
                null,
                0,
                0,
                new TreeMap<>());
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private static byte[] write(List<Member> members) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (Member member : members) {
                writer.begin(member.entry());
                writer.content(new ByteArrayInputStream(member.content()));
            }
            writer.finish();
        }
        return out.toByteArray();
    }

    private static List<Member> read(byte[] tar) throws IOException {
        List<Member> members = new ArrayList<>();
        try (TarReader reader = new TarReader(new ByteArrayInputStream(tar), TarLimits.DEFAULT)) {
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                members.add(new Member(entry, reader.content().readAllBytes()));
            }
        }
        return members;
    }

    private static List<Member> random(Random random, int count) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(member(random));
        }
        return members;
    }

    private static Member member(Random random) {
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        int size = kind == Kind.REGULAR ? pick(random, 0, 1, 511, 512, 513, 70_000, 200_000) : 0;
        byte[] content = new byte[size];
        random.nextBytes(content);
        boolean device = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
        RawPath target = target(random, kind);
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        for (int i = random.nextInt(4) - 2; i > 0; i--) {
            byte[] value = new byte[random.nextInt(40)];
            random.nextBytes(value);
            xattrs.put("user." + (random.nextBoolean() ? "a=b%3D" : "n") + i, value);
        }
        TarEntry entry =
                new TarEntry(
                        path(random),
                        kind,
                        random.nextInt(010000),
                        pick(random, 0, 1000, 2_097_151, 2_097_152, -2),
                        pick(random, 0, 1000, 2_097_152),
                        size,
                        new Timespec(
                                pick(random, 0L, 1_700_000_000L, 8_589_934_592L, -5L),
                                pick(random, 0, 0, 1, 500_000_000, 999_999_999)),
                        target,
                        device ? random.nextInt(4096) : 0,
                        device ? random.nextInt(1 << 20) : 0,
                        xattrs);
        return new Member(entry, content);
    }

    private static @Nullable RawPath target(Random random, Kind kind) {
        return switch (kind) {
            case HARD_LINK -> path(random);
            case SYMLINK ->
                    RawPath.ofLatin1("../".repeat(random.nextInt(3)) + path(random).latin1());
            default -> null;
        };
    }

    private static RawPath path(Random random) {
        StringBuilder path = new StringBuilder();
        int depth = 1 + random.nextInt(6);
        for (int i = 0; i < depth; i++) {
            path.append(i == 0 ? "" : "/").append(name(random));
        }
        return RawPath.ofLatin1(path.toString());
    }

    private static String name(Random random) {
        int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 250 : 12);
        StringBuilder name = new StringBuilder();
        int odd = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            int c = odd == 0 ? 1 + random.nextInt(255) : 'a' + random.nextInt(26);
            name.append(c == '/' || c == '.' ? '_' : (char) c);
        }
        return name.toString();
    }

    private static int pick(Random random, int... values) {
        return values[random.nextInt(values.length)];
    }

    private static long pick(Random random, long... values) {
        return values[random.nextInt(values.length)];
    }
}
