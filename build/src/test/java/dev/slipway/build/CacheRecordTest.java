package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Digest;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

class CacheRecordTest {
    private static final Digest LAYER = Digest.sha256(new byte[] {1});

    private static CacheRecord record() {
        return new CacheRecord(
                "[1/2] RUN a\tb",
                List.of(
                        new KeyPart("command 0", "line\nbreak \\ tab\t"),
                        new KeyPart("variable X", "")),
                List.of(new KeyPart("the step before", "abc")),
                List.of(new KeyPart("the files below", "empty")),
                new Snapshot(
                        List.of(LAYER),
                        List.of(
                                new Snapshot.Change(null, 0, 5, 6),
                                new Snapshot.Change(LAYER, 1024, 7, 8))));
    }

    @Test
    void decode_givesBackWhatWasEncoded() {
        assertThat(CacheRecord.decode(record().encode())).isEqualTo(record());
    }

    @Test
    void decode_cutOrChangedAnywhere_isDamaged() {
        var bytes = record().encode();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(CacheRecord.decode(Arrays.copyOf(bytes, length))).isNull();
        }
        for (int i = 0; i < bytes.length; i++) {
            var changed = bytes.clone();
            changed[i] ^= 1;
            assertThat(CacheRecord.decode(changed)).as("byte %s", i).isNull();
        }
    }

    @Test
    void decode_ofAnotherVersion_isDamaged() {
        assertThat(CacheRecord.decode("slipway-step 2 x\n".getBytes(StandardCharsets.UTF_8)))
                .isNull();
    }

    @Test
    void keys_componentsCannotRunTogether() {
        // Kaniko's keys collided where two components met.
        var one = List.of(new KeyPart("a", "b"), new KeyPart("c", "d"));
        var two = List.of(new KeyPart("a", "bc"), new KeyPart("", "d"));
        var three = List.of(new KeyPart("a", "b"));
        var rest = List.of(new KeyPart("c", "d"));
        assertThat(
                        List.of(
                                CacheRecord.definitionKey(one, List.of()),
                                CacheRecord.definitionKey(two, List.of()),
                                CacheRecord.definitionKey(three, rest),
                                CacheRecord.definitionKey(List.of(), one),
                                CacheRecord.contentKey(one, List.of())))
                .doesNotHaveDuplicates();
    }
}
