package dev.slipway.image.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.image.Tools;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

class CompressionTest {
    private static final DecompressionLimits SMALL =
            new DecompressionLimits(10_000_000, 100, 1_000_000);

    @TempDir Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"gzip-1", "gzip-6", "gzip-9", "zstd-1", "zstd-3"})
    void bytes_dependOnNeitherThreadsNorWrites(String name) throws IOException {
        byte[] input = input(3_000_000);
        byte[] one = compress(named(name), input, 1, input.length);
        assertThat(compress(named(name), input, 2, 1000)).isEqualTo(one);
        assertThat(compress(named(name), input, 4, 77_777)).isEqualTo(one);
        assertThat(one.length).isLessThan(input.length);
        assertThat(decompress(one, DecompressionLimits.DEFAULT)).isEqualTo(input);
    }

    @ParameterizedTest
    @CsvSource({
        "gzip-6, 0",
        "gzip-6, 1",
        "gzip-6, 131071",
        "gzip-6, 131072",
        "gzip-6, 131073",
        "gzip-6, 262144",
        "zstd-3, 0",
        "zstd-3, 1"
    })
    void everyLength(String name, int length) throws IOException {
        byte[] input = input(length);
        byte[] compressed = compress(named(name), input, 2, 4096);
        assertThat(decompress(compressed, DecompressionLimits.DEFAULT)).isEqualTo(input);
    }

    /// Blocks of noise, whole or in part, among others; of the last length, noise ends the stream.
    @ParameterizedTest
    @ValueSource(ints = {131071, 131072, 131073, 1_000_000, 1 << 20})
    void noise_isStored_andReadByGzip(int length) throws Exception {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        byte[] compressed = compress(named("gzip-6"), noise, 2, 5000);
        assertThat(compressed.length).isBetween(length, length + length / 5000 + 64);
        assertThat(compress(named("gzip-6"), noise, 1, length)).isEqualTo(compressed);
        byte[] mixed = new byte[3 * length];
        System.arraycopy(input(length), 0, mixed, 0, length);
        System.arraycopy(noise, 0, mixed, length, length);
        System.arraycopy(input(length), 0, mixed, 2 * length, length);
        Path file = Files.write(temp.resolve("c"), compress(named("gzip-6"), mixed, 2, 5000));
        assertThat(decompress(compressed, DecompressionLimits.DEFAULT)).isEqualTo(noise);
        Path out = temp.resolve("out");
        Tools.require("gzip");
        Tools.run("sh", "-c", "gzip -dc < " + file + " > " + out);
        assertThat(out).hasBinaryContent(mixed);
    }

    /// As a tar of small compressed files is: headers that are alike, noise, padding.
    @ParameterizedTest
    @ValueSource(ints = {700, 5_000, 40_000})
    void noiseWithHeadersBetween_isStored_andTheHeadersAreNot(int mean) throws Exception {
        var tar = new ByteArrayOutputStream();
        var random = new Random(mean);
        int noiseBytes = 0;
        int files = 0;
        while (tar.size() < 3_000_000) {
            byte[] header = new byte[512];
            byte[] name = ("usr/share/app/objects/object-" + files++).getBytes(UTF_8);
            System.arraycopy(name, 0, header, 0, name.length);
            Arrays.fill(header, 100, 160, (byte) '0');
            header[random.nextInt(100, 160)] = '7';
            tar.write(header);
            byte[] noise = new byte[random.nextInt(mean, 2 * mean)];
            random.nextBytes(noise);
            tar.write(noise);
            tar.write(new byte[(512 - noise.length % 512) % 512]);
            noiseBytes += noise.length;
        }
        byte[] input = tar.toByteArray();
        byte[] compressed = compress(named("gzip-6"), input, 2, 5000);
        assertThat(compressed.length - noiseBytes).isBetween(0, files * 120 + input.length / 1000);
        assertThat(decompress(compressed, DecompressionLimits.DEFAULT)).isEqualTo(input);
        Path file = Files.write(temp.resolve("c"), compressed);
        Path out = temp.resolve("out");
        Tools.require("gzip");
        Tools.run("sh", "-c", "gzip -dc < " + file + " > " + out);
        assertThat(out).hasBinaryContent(input);
    }

    /// All lengths and distances of references, by headers that differ at any place.
    @Test
    void headersOfAnyKindBetweenNoise_comeBack() throws IOException {
        var random = new Random(3);
        byte[] input = new byte[40 * 131072];
        random.nextBytes(input);
        byte[] text = new byte[4096];
        for (int at = 0; at + 4096 < input.length; at += 512 * random.nextInt(2, 40)) {
            int length = 512 * random.nextInt(1, 6);
            for (int i = random.nextInt(1, 300); i < text.length; i += random.nextInt(1, 300)) {
                text[i] = (byte) random.nextInt(3 * random.nextInt(1, 80));
            }
            System.arraycopy(text, 0, input, at, length);
        }
        byte[] compressed = compress(named("gzip-6"), input, 2, 5000);
        assertThat(compressed.length).isLessThan(input.length);
        assertThat(decompress(compressed, DecompressionLimits.DEFAULT)).isEqualTo(input);
    }

    @Test
    void noiseThatComesAgain_isDeflated() throws IOException {
        byte[] pattern = new byte[20_000];
        new Random(1).nextBytes(pattern);
        byte[] input = new byte[1_000_000];
        for (int at = 0; at < input.length; at += pattern.length) {
            System.arraycopy(pattern, 0, input, at, pattern.length);
        }
        assertThat(compress(named("gzip-6"), input, 2, 5000).length).isLessThan(50_000);
    }

    @Test
    void evenBytesOfSevenBits_areDeflated() throws IOException {
        byte[] input = new byte[1_000_000];
        new Random(1).nextBytes(input);
        for (int i = 0; i < input.length; i++) {
            input[i] &= 0x7f;
        }
        assertThat(compress(named("gzip-6"), input, 2, 5000).length).isLessThan(900_000);
    }

    @ParameterizedTest
    @CsvSource({"gzip-6, gzip", "gzip-1, gzip", "zstd-3, zstd"})
    void ours_isReadByTheTool(String name, String tool) throws Exception {
        byte[] input = input(1_500_000);
        Path file = temp.resolve("c");
        Files.write(file, compress(named(name), input, 2, 10_000));
        Path out = temp.resolve("out");
        Tools.require(tool);
        Tools.run("sh", "-c", tool + " -dc < " + file + " > " + out);
        assertThat(out).hasBinaryContent(input);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "xz", "bzip2", "cat"})
    void theTools_isRead_alsoInSeveralPieces(String tool) throws Exception {
        byte[] input = input(400_000);
        Path file = temp.resolve("plain");
        Files.write(file, input);
        Path compressed = temp.resolve("compressed");
        Tools.require(tool);
        Tools.run("sh", "-c", tool + " < " + file + " > " + compressed);
        byte[] piece = Files.readAllBytes(compressed);
        assertThat(decompress(piece, DecompressionLimits.DEFAULT)).isEqualTo(input);
        byte[] twice = Arrays.copyOf(piece, piece.length * 2);
        System.arraycopy(piece, 0, twice, piece.length, piece.length);
        assertThat(decompress(twice, DecompressionLimits.DEFAULT)).hasSize(2 * input.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip-9", "zstd-3"})
    void bomb_isStopped(String name) throws IOException {
        byte[] bomb = compress(named(name), new byte[5_000_000], 2, 1 << 20);
        assertThatThrownBy(() -> decompress(bomb, SMALL))
                .isInstanceOf(DecompressionException.class)
                .hasMessageContaining("a bomb");
        byte[] large = compress(named(name), new byte[11_000_000], 2, 1 << 20);
        assertThatThrownBy(() -> decompress(large, new DecompressionLimits(10_000_000, 1 << 20, 0)))
                .isInstanceOf(DecompressionException.class)
                .hasMessageContaining("beyond 10000000 bytes");
        assertThat(decompress(compress(named(name), new byte[900_000], 1, 999), SMALL))
                .hasSize(900_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip-6", "zstd-3"})
    void corrupt_isToldFromAFailingSource(String name) throws IOException {
        byte[] good = compress(named(name), input(500_000), 2, 4096);
        byte[] bad = good.clone();
        for (int i = bad.length / 2; i < bad.length / 2 + 100; i++) {
            bad[i] ^= 0x55;
        }
        assertThatThrownBy(() -> decompress(bad, SMALL))
                .isInstanceOf(DecompressionException.class)
                .hasMessageContaining("corrupt");
        byte[] cut = Arrays.copyOf(good, good.length - 10);
        assertThatThrownBy(() -> decompress(cut, SMALL)).isInstanceOf(DecompressionException.class);
        InputStream failing =
                new java.io.SequenceInputStream(
                        new ByteArrayInputStream(good, 0, 1000),
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("the network went");
                            }

                            @Override
                            public int read(byte[] into, int at, int length) throws IOException {
                                return read();
                            }
                        });
        assertThatThrownBy(() -> Decompression.open(failing, SMALL).readAllBytes())
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("the network went");
    }

    @Test
    void shortInputs_areNotCompressed() throws IOException {
        for (int length = 0; length < 8; length++) {
            byte[] plain = Arrays.copyOf(new byte[] {0x1f, (byte) 0x8b, 1, 2, 3, 4, 5}, length);
            assertThat(decompress(plain, SMALL)).isEqualTo(plain);
        }
    }

    @Test
    void ids_tellLevelsApart() {
        assertThat(new Compression.Gzip(1).id()).isNotEqualTo(new Compression.Gzip(6).id());
        assertThat(new Compression.Zstd(3).id()).startsWith("zstd-3/libzstd-1.");
        assertThatThrownBy(() -> new Compression.Gzip(10))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Compression named(String name) {
        int level = Integer.parseInt(name.substring(5));
        return name.startsWith("gzip") ? new Compression.Gzip(level) : new Compression.Zstd(level);
    }

    private static byte[] input(int length) {
        Random random = new Random(length);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 'a' + i % 7);
        }
        return bytes;
    }

    private static byte[] compress(Compression compression, byte[] input, int threads, int piece)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream stream = compression.to(out, threads)) {
            for (int at = 0; at < input.length; at += piece) {
                stream.write(input, at, Math.min(piece, input.length - at));
            }
        }
        return out.toByteArray();
    }

    private static byte[] decompress(byte[] bytes, DecompressionLimits limits) throws IOException {
        try (InputStream in = Decompression.open(new ByteArrayInputStream(bytes), limits)) {
            return in.readAllBytes();
        }
    }
}
