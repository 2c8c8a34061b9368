package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `--push` and `--load`: what they make of the outputs that a target has.
final class OutputSwitches {
    private OutputSwitches() {}

    /// Has images pushed, or not.
    static void push(TargetDraft target, boolean on) {
        List<Setting.Entry> outputs = new ArrayList<>();
        boolean onlyDocker = true;
        for (var output : target.entries(TargetAttribute.OUTPUT)) {
            var type = output.field("type");
            onlyDocker &= type.equals("docker");
            if (type.equals("image")) {
                var fields = new TreeMap<>(output.fields());
                fields.put("push", on ? "true" : "false");
                outputs.add(new Setting.Entry(fields));
            } else if (on || !type.equals("registry")) {
                outputs.add(output);
            }
        }
        if (on && onlyDocker) {
            outputs.add(new Setting.Entry(new TreeMap<>(Map.of("type", "image", "push", "true"))));
        }
        target.set(TargetAttribute.OUTPUT, new Setting.Entries(outputs));
    }

    /// Has the image put into the store besides, unless the target's result is no image.
    static void load(TargetDraft target) {
        List<Setting.Entry> outputs = new ArrayList<>(target.entries(TargetAttribute.OUTPUT));
        for (var output : outputs) {
            var type = output.field("type");
            boolean loads = type.equals("docker") && output.field("dest").isEmpty();
            if (loads || !Set.of("docker", "image", "registry", "oci").contains(type)) {
                return;
            }
        }
        outputs.add(new Setting.Entry(new TreeMap<>(Map.of("type", "docker"))));
        target.set(TargetAttribute.OUTPUT, new Setting.Entries(outputs));
    }
}
