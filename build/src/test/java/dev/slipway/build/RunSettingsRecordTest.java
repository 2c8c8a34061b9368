package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.container.Resources;
import dev.slipway.container.Ulimit;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class RunSettingsRecordTest {
    @Test
    void read_whatWasWritten() throws Exception {
        var settings =
                RunSettings.builder()
                        .allow("network.host")
                        .allow("device=a/b=c")
                        .ulimits(List.of(Ulimit.parse("nofile=1:2"), Ulimit.parse("core=-1")))
                        .shmSizeBytes(5)
                        .cgroupParent("/x")
                        .volume(HostMount.parse("/a:/b:ro"))
                        .resources(new Resources(1, -1, 3, 4, 5, "0-1", "0", 0))
                        .build();
        var json = JsonWriter.compact().beginObject();
        RunSettingsRecord.write(json, settings);
        var text = json.endObject().toString();
        var read = Json.parseObject(text.getBytes(StandardCharsets.UTF_8)).object("run");
        assertThat(RunSettingsRecord.read(read)).isEqualTo(settings);
        assertThat(RunSettingsRecord.read(null)).isNull();
    }
}
