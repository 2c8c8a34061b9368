package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Digest;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
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
                Snapshot.of(
                        List.of(LAYER),
                        List.of(
                                new Snapshot.Change(null, 0, 5, 6),
                                new Snapshot.Change(LAYER, 1024, 7, 8))));
    }

    @Test
    void decode_givesBackWhatWasEncoded() throws Exception {
        assertThat(CacheRecord.decode(record().encode(), ResultBlock.Blocks.NONE))
                .isEqualTo(record());
    }

    @Test
    void decode_cutOrChangedAnywhere_isDamaged() throws Exception {
        var bytes = record().encode();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(CacheRecord.decode(Arrays.copyOf(bytes, length), ResultBlock.Blocks.NONE))
                    .isNull();
        }
        for (int i = 0; i < bytes.length; i++) {
            var changed = bytes.clone();
            changed[i] ^= 1;
            assertThat(CacheRecord.decode(changed, ResultBlock.Blocks.NONE))
                    .as("byte %s", i)
                    .isNull();
        }
    }

    @Test
    void decode_ofALongResult_needsItsBlocks() throws Exception {
        var result = Snapshot.of(List.of(LAYER));
        for (int i = 0; i < 3 * ResultBlock.CHANGES; i++) {
            result = result.with(new Snapshot.Change(LAYER, i, 0, 0));
        }
        var record = new CacheRecord("long", List.of(), List.of(), List.of(), result);
        var blocks = new HashMap<String, Snapshot>();
        assertThat(CacheRecord.decode(record.encode(), blocks::get)).isNull();
        for (var block : ResultBlock.newIn(result, new HashSet<>())) {
            var read = ResultBlock.parse(block.bytes());
            assertThat(read).isEqualTo(block);
            blocks.put(block.id(), block.result(blocks::get));
        }
        assertThat(blocks).hasSize(2);
        assertThat(CacheRecord.decode(record.encode(), blocks::get)).isEqualTo(record);
        assertThat(result.changes()).hasSize(3 * ResultBlock.CHANGES);
        assertThat(result.chainId()).isEqualTo(Snapshot.chainId(result.diffIds()));
    }

    @Test
    void decode_ofAnotherVersion_isDamaged() throws Exception {
        assertThat(
                        CacheRecord.decode(
                                "slipway-step 2 x\n".getBytes(StandardCharsets.UTF_8),
                                ResultBlock.Blocks.NONE))
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
