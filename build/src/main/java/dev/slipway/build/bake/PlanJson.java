package dev.slipway.build.bake;

import dev.slipway.image.JsonWriter;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/// A plan in the form of `buildx bake --print`: members in its order, escapes as Go's encoder
/// writes them, `${` and `%{` escaped where the text would be a template again.
final class PlanJson {
    private static final Set<TargetAttribute> TEMPLATES =
            Set.of(
                    TargetAttribute.ANNOTATIONS,
                    TargetAttribute.DOCKERFILE_INLINE,
                    TargetAttribute.LABELS,
                    TargetAttribute.ARGS,
                    TargetAttribute.EXTRA_HOSTS);

    private final JsonWriter json = JsonWriter.indented(2);

    private PlanJson() {}

    static String of(BakePlan plan) {
        var text = new PlanJson().write(plan);
        // These stand in strings only.
        return text.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private String write(BakePlan plan) {
        json.beginObject();
        if (!plan.groups().isEmpty()) {
            json.name("group").beginObject();
            for (var group : plan.groups().values()) {
                json.name(group.name()).beginObject();
                json.memberUnlessEmpty("description", group.description());
                json.member("targets", group.targets());
                json.endObject();
            }
            json.endObject();
        }
        json.name("target").beginObject();
        for (var target : plan.targets().values()) {
            json.name(target.name()).beginObject();
            for (var attribute : TargetAttribute.values()) {
                var setting = target.setting(attribute);
                if (setting != null && !setting.isEmpty()) {
                    json.name(attribute.key);
                    write(attribute, setting);
                }
            }
            json.endObject();
        }
        return json.endObject().endObject().toString();
    }

    private void write(TargetAttribute attribute, Setting setting) {
        boolean template = TEMPLATES.contains(attribute);
        switch (setting) {
            case Setting.Text(String text) -> json.value(escaped(text, template));
            case Setting.Flag(boolean on) -> json.value(on);
            case Setting.Texts(List<String> texts) -> {
                json.beginArray();
                texts.forEach(text -> json.value(escaped(text, template)));
                json.endArray();
            }
            case Setting.Pairs(SortedMap<String, String> pairs) -> {
                json.beginObject();
                pairs.forEach((name, value) -> json.member(name, escaped(value, template)));
                json.endObject();
            }
            case Setting.Entries(List<Setting.Entry> entries) -> {
                json.beginArray();
                entries.forEach(entry -> write(attribute, entry));
                json.endArray();
            }
        }
    }

    private void write(TargetAttribute attribute, Setting.Entry entry) {
        json.beginObject();
        for (Map.Entry<String, String> field : entry.fields().entrySet()) {
            boolean flag = attribute == TargetAttribute.ATTEST && field.getKey().equals("disabled");
            if (flag) {
                json.member(field.getKey(), true);
            } else {
                json.member(field.getKey(), field.getValue());
            }
        }
        json.memberUnlessEmpty("paths", entry.paths());
        json.endObject();
    }

    private static String escaped(String text, boolean template) {
        return template ? text.replace("${", "$${").replace("%{", "%%{") : text;
    }
}
