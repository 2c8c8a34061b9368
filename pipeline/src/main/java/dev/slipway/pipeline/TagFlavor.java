package dev.slipway.pipeline;

import java.util.List;

/// What holds for all tags: `latest=auto`, `prefix=v`, `suffix=-alpine,onlatest=true`.
///
/// @param latest `auto`, `true` or `false`
public record TagFlavor(
        String latest, String prefix, boolean prefixLatest, String suffix, boolean suffixLatest) {
    /// The usual: `latest` as the rules have it, nothing around tags.
    public static final TagFlavor USUAL = new TagFlavor("auto", "", false, "", false);

    public static TagFlavor parse(List<String> lines) throws TagRuleException {
        var flavor = USUAL;
        for (var line : lines) {
            var first = "";
            var value = "";
            boolean onLatest = false;
            for (var field : Csv.fields(line)) {
                int equals = field.indexOf('=');
                var key = equals < 0 ? field : field.substring(0, equals);
                var text = equals < 0 ? "" : field.substring(equals + 1);
                if (key.equals("onlatest")) {
                    onLatest = text.equals("true");
                } else {
                    first = key;
                    value = text;
                }
            }
            flavor = flavor.with(first, value, onLatest, line);
        }
        return flavor;
    }

    private TagFlavor with(String key, String value, boolean onLatest, String line)
            throws TagRuleException {
        return switch (key) {
            case "latest" -> {
                if (!List.of("auto", "true", "false").contains(value)) {
                    throw new TagRuleException(
                            "invalid flavor " + line, "latest is auto, true or false");
                }
                yield new TagFlavor(value, prefix, prefixLatest, suffix, suffixLatest);
            }
            case "prefix" -> new TagFlavor(latest, value, onLatest, suffix, suffixLatest);
            case "suffix" -> new TagFlavor(latest, prefix, prefixLatest, value, onLatest);
            default ->
                    throw new TagRuleException(
                            "unknown flavor " + line, "there are latest, prefix and suffix");
        };
    }
}
