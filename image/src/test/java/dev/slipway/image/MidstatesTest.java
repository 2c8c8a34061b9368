package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.linux.RawPath;
import dev.slipway.linux.Sha256;
import dev.slipway.linux.SharedObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Only our own SHA-256 tells its states, and a process has it or not: these tests run in one that
/// has.
class MidstatesTest {
    @TempDir Path temp;

    @Test
    void layersThatBeginAlike_areWhatIsWrittenAnew() throws Exception {
        Path code = Files.write(temp.resolve("code.so"), SharedObject.bytes());
        Path out = temp.resolve("out");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dslipway.native=" + code,
                                "-cp",
                                System.getProperty("java.class.path"),
                                InAProcess.class.getName(),
                                temp.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        boolean has =
                Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)
                        .contains(" sha_ni ");
        assertThat(Files.readString(out).strip()).isEqualTo(has ? "states" : "none");
    }

    /// What the test starts.
    static final class InAProcess {
        private InAProcess() {}

        public static void main(String[] args) throws Exception {
            Path temp = Path.of(args[0]);
            boolean has = Sha256.resume(new byte[32], 0) != null;
            for (int changed : new int[] {0, 6, 13, 39}) {
                in(temp.resolve("large " + changed), t -> t.largeLayer_changedAnywhere(changed));
            }
            for (long seed = 1; seed < 6; seed++) {
                long any = seed;
                in(temp.resolve("any " + any), t -> t.anyChange_givesWhatIsWrittenAnew(any));
            }
            in(temp.resolve("damaged"), t -> damaged(t, has));
            System.out.println(has ? "states" : "none");
        }

        private static void in(Path directory, Scenario scenario) throws Exception {
            LayerReuseTest test = new LayerReuseTest();
            test.temp = Files.createDirectory(directory);
            test.open();
            try {
                scenario.run(test);
            } finally {
                test.close();
            }
        }

        /// States that are there are made use of, which a wrong one shows; a damaged file is not.
        private static void damaged(LayerReuseTest test, boolean has) throws IOException {
            Map<RawPath, LayerReuseTest.Wanted> files = LayerReuseTest.large();
            Digest first = test.fresh(test.store, files).diffId();
            Path layer = test.store.home().resolve("layers").resolve(first.hex());
            Path file = layer.resolve(LayerDirectory.MIDSTATES);
            assertThat(Files.exists(file)).isEqualTo(has);
            if (!has) {
                return;
            }
            var changed = LayerReuseTest.Wanted.file("d/f39", "changed");
            files.put(changed.entry().path(), changed);
            byte[] whole = Files.readAllBytes(file);
            for (int i = 0; i < whole.length; i += 61) {
                byte[] damaged = whole.clone();
                damaged[i] ^= 1;
                Files.write(file, damaged);
                test.assertSame(test.like(first, files), test.fresh(test.other, files));
            }
            Digest right = test.fresh(test.other, files).diffId();
            Midstates wrong = new Midstates();
            for (int i = 0; i < whole.length / 32; i++) {
                wrong.add(Digest.newSha256());
            }
            Files.write(file, wrong.toBytes());
            assertThat(test.like(first, files).diffId()).isNotEqualTo(right);
        }

        private interface Scenario {
            void run(LayerReuseTest test) throws Exception;
        }
    }
}
