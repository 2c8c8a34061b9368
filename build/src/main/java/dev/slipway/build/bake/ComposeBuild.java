package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// One build section of a Compose file.
final class ComposeBuild {
    /// Finds a secret of the file by its name.
    interface Secrets {
        Setting.Entry find(String name, Span at) throws BakeException;
    }

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

    private final TargetDraft target;
    private final Secrets secrets;
    private final Function<String, @Nullable String> environment;

    /// @param environment the value of an argument that is given without one
    ComposeBuild(String name, Secrets secrets, Function<String, @Nullable String> environment) {
        this.target = new TargetDraft(name);
        this.secrets = secrets;
        this.environment = environment;
    }

    TargetDraft read(YamlNode build) throws BakeException {
        if (build instanceof YamlNode.Text(String context, _)) {
            target.set(TargetAttribute.CONTEXT, new Setting.Text(context));
            return target;
        }
        for (var member : ComposeFile.fields(build).entrySet()) {
            var value = member.getValue().plain();
            if (!(value instanceof YamlNode.Null) && !member.getKey().equals("x-bake")) {
                member(member.getKey(), value);
            }
        }
        var extension = ComposeFile.fields(build).get("x-bake");
        for (var member : ComposeFile.fields(extension).entrySet()) {
            var value = member.getValue().plain();
            if (!(value instanceof YamlNode.Null)) {
                extension(member.getKey(), value);
            }
        }
        return target;
    }

    private void member(String key, YamlNode value) throws BakeException {
        switch (key) {
            case "context", "dockerfile", "target", "network" ->
                    target.set(attribute(key), new Setting.Text(text(value)));
            case "dockerfile_inline" ->
                    target.set(TargetAttribute.DOCKERFILE_INLINE, new Setting.Text(text(value)));
            case "args" -> target.set(TargetAttribute.ARGS, new Setting.Pairs(arguments(value)));
            case "labels" -> target.set(TargetAttribute.LABELS, new Setting.Pairs(pairs(value)));
            case "additional_contexts" ->
                    target.set(TargetAttribute.CONTEXTS, new Setting.Pairs(contexts(value)));
            case "extra_hosts" ->
                    target.set(TargetAttribute.EXTRA_HOSTS, new Setting.Pairs(hosts(value)));
            case "tags", "platforms", "entitlements" ->
                    target.set(attribute(key), new Setting.Texts(texts(value)));
            case "cache_from", "cache_to" ->
                    target.set(
                            attribute(key.replace('_', '-')),
                            entries(key.replace('_', '-'), value));
            case "no_cache", "pull" ->
                    target.set(attribute(key.replace('_', '-')), new Setting.Flag(flag(value)));
            case "ssh" -> target.set(TargetAttribute.SSH, new Setting.Entries(agents(value)));
            case "secrets" ->
                    target.set(TargetAttribute.SECRET, new Setting.Entries(secrets(value)));
            case "shm_size" -> target.set(TargetAttribute.SHM_SIZE, new Setting.Text(size(value)));
            case "ulimits" -> target.set(TargetAttribute.ULIMITS, new Setting.Texts(limits(value)));
            case "provenance", "sbom" -> attestation(key, value);
            case "isolation", "privileged" -> {} // of other builders
            default -> {
                if (!key.startsWith("x-")) {
                    throw BakeException.at(
                            value.span(),
                            "a build section has no " + key,
                            "see the Compose build specification");
                }
            }
        }
    }

    private void extension(String key, YamlNode value) throws BakeException {
        var attribute = TargetAttribute.of(key);
        if (attribute == null) {
            throw BakeException.at(
                    value.span(),
                    "x-bake has no " + key,
                    Nearest.question(key, TargetAttribute.keys()));
        }
        Setting setting =
                switch (attribute.kind) {
                    case TEXT -> new Setting.Text(text(value));
                    case FLAG -> new Setting.Flag(flag(value));
                    case TEXTS -> new Setting.Texts(words(value));
                    case MAP ->
                            new Setting.Pairs(
                                    attribute == TargetAttribute.CONTEXTS
                                            ? contexts(value)
                                            : pairs(value));
                    case CACHES, OUTPUTS, SECRETS, SSH, ATTESTS, POLICIES -> entries(key, value);
                };
        var before = target.get(attribute);
        if (before instanceof Setting.Texts(List<String> texts)
                && setting instanceof Setting.Texts(List<String> more)) {
            var all = new LinkedHashSet<>(texts);
            all.addAll(more);
            setting = new Setting.Texts(List.copyOf(all));
        } else if (before instanceof Setting.Entries(List<Setting.Entry> entries)
                && setting instanceof Setting.Entries(List<Setting.Entry> more)) {
            List<Setting.Entry> all = new ArrayList<>(entries);
            all.addAll(more);
            setting = new Setting.Entries(all);
        } else if (before != null) {
            setting = before.merged(attribute, setting);
        }
        target.set(attribute, setting);
    }

    private static TargetAttribute attribute(String key) {
        var attribute = TargetAttribute.of(key);
        if (attribute == null) {
            throw new IllegalArgumentException(key);
        }
        return attribute;
    }

    private static String text(YamlNode node) throws BakeException {
        if (node instanceof YamlNode.Text(String text, _)) {
            return text;
        }
        throw BakeException.at(node.span(), "expected text");
    }

    private static boolean flag(YamlNode node) throws BakeException {
        var flag = Conversion.flag(text(node));
        if (flag == null) {
            throw BakeException.at(node.span(), "expected true or false");
        }
        return flag;
    }

    private static List<String> texts(YamlNode node) throws BakeException {
        if (!(node instanceof YamlNode.Items(List<YamlNode> items, _))) {
            throw BakeException.at(node.span(), "expected a list");
        }
        List<String> texts = new ArrayList<>();
        for (var item : items) {
            texts.add(text(item.plain()));
        }
        return texts;
    }

    /// A list, or a text whose words are one.
    private static List<String> words(YamlNode node) throws BakeException {
        if (!(node instanceof YamlNode.Text(String text, _))) {
            return texts(node);
        }
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
    }

    private static SortedMap<String, String> pairs(YamlNode node) throws BakeException {
        var pairs = new TreeMap<String, String>();
        for (var member : ComposeFile.fields(node).entrySet()) {
            var value = member.getValue().plain();
            pairs.put(member.getKey(), value instanceof YamlNode.Null ? "" : text(value));
        }
        return pairs;
    }

    private SortedMap<String, String> arguments(YamlNode node) throws BakeException {
        var pairs = new TreeMap<String, String>();
        for (var member : ComposeFile.fields(node).entrySet()) {
            var value = member.getValue().plain();
            var text =
                    value instanceof YamlNode.Null
                            ? environment.apply(member.getKey())
                            : text(value);
            if (text != null) {
                pairs.put(member.getKey(), text);
            }
        }
        return pairs;
    }

    /// `service:app` is the target of that service.
    private static SortedMap<String, String> contexts(YamlNode node) throws BakeException {
        var contexts = new TreeMap<>(pairs(node));
        contexts.replaceAll((_, value) ->
                value.startsWith("service:") || value.startsWith(BakeTarget.TARGET_CONTEXT)
                        ? BakeTarget.TARGET_CONTEXT
                                + value.substring(value.indexOf(':') + 1).replace('.', '_')
                        : value);
        return contexts;
    }

    private static SortedMap<String, String> hosts(YamlNode node) throws BakeException {
        var hosts = new TreeMap<String, String>();
        for (var member : ComposeFile.fields(node).entrySet()) {
            var value = member.getValue().plain();
            hosts.put(
                    member.getKey(),
                    value instanceof YamlNode.Items ? String.join(",", texts(value)) : text(value));
        }
        return hosts;
    }

    private static Setting entries(String key, YamlNode node) throws BakeException {
        var kind = attribute(key).kind;
        List<Setting.Entry> entries = new ArrayList<>();
        try {
            if (node instanceof YamlNode.Items(List<YamlNode> items, _)) {
                for (var item : items) {
                    entries.addAll(
                            item.plain() instanceof YamlNode.Fields
                                    ? List.of(EntryText.of(kind, pairs(item)))
                                    : EntryText.parse(kind, text(item.plain())));
                }
            } else {
                for (var word : words(node)) {
                    entries.addAll(EntryText.parse(kind, word));
                }
            }
        } catch (EntryText.Wrong e) {
            throw BakeException.at(node.span(), key + ": " + e.getMessage());
        }
        return new Setting.Entries(entries);
    }

    private static List<Setting.Entry> agents(YamlNode node) throws BakeException {
        List<String> texts = new ArrayList<>();
        if (node instanceof YamlNode.Fields) {
            pairs(node).forEach((id, path) -> texts.add(path.isEmpty() ? id : id + "=" + path));
        } else {
            texts.addAll(words(node));
        }
        List<Setting.Entry> agents = new ArrayList<>();
        try {
            for (var text : texts.stream().sorted().toList()) {
                agents.addAll(EntryText.parse(TargetAttribute.Kind.SSH, text));
            }
        } catch (EntryText.Wrong e) {
            throw BakeException.at(node.span(), "ssh: " + e.getMessage());
        }
        return agents;
    }

    private List<Setting.Entry> secrets(YamlNode node) throws BakeException {
        if (!(node instanceof YamlNode.Items(List<YamlNode> items, _))) {
            throw BakeException.at(node.span(), "expected a list");
        }
        List<Setting.Entry> entries = new ArrayList<>();
        for (var item : items) {
            var name =
                    item.plain() instanceof YamlNode.Fields(var members, Span span)
                            ? text(members.getOrDefault("source", new YamlNode.Null(false, span)))
                            : text(item.plain());
            entries.add(secrets.find(name, item.span()));
        }
        return entries;
    }

    private static List<String> limits(YamlNode node) throws BakeException {
        List<String> limits = new ArrayList<>();
        for (var member : new TreeMap<>(ComposeFile.fields(node)).entrySet()) {
            var value = member.getValue().plain();
            var both = value instanceof YamlNode.Text(String text, _) ? text : null;
            var fields = both == null ? pairs(value) : new TreeMap<String, String>();
            var soft = both == null ? fields.getOrDefault("soft", "0") : both;
            var hard = both == null ? fields.getOrDefault("hard", soft) : both;
            limits.add(member.getKey() + "=" + soft + ":" + hard);
        }
        return limits;
    }

    private void attestation(String type, YamlNode value) throws BakeException {
        var text = text(value);
        var flag = Conversion.flag(text);
        var entry = "type=" + type + "," + (flag == null ? text : "disabled=" + !flag);
        try {
            target.add(
                    TargetAttribute.ATTEST,
                    new Setting.Entries(EntryText.parse(TargetAttribute.Kind.ATTESTS, entry)));
        } catch (EntryText.Wrong e) {
            throw BakeException.at(value.span(), type + ": " + e.getMessage());
        }
    }

    /// A size in the form docker shows it: `64m` and `67108864` are `64MiB`.
    private static String size(YamlNode node) throws BakeException {
        var text = text(node).strip().toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < text.length()
                && (Character.isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) {
            digits++;
        }
        var number = Conversion.parse(text.substring(0, digits));
        var unit = text.substring(digits).strip();
        int power = unit.isEmpty() ? 0 : "bkmgtp".indexOf(unit.charAt(0));
        if (number == null || power < 0) {
            throw BakeException.at(node.span(), "expected a size such as 64m");
        }
        double size = number.doubleValue() * Math.pow(1024, power);
        int shown = 0;
        while (size >= 1024 && shown < UNITS.size() - 1) {
            size /= 1024;
            shown++;
        }
        var rounded = new java.math.BigDecimal(size, new java.math.MathContext(4));
        return rounded.stripTrailingZeros().toPlainString() + UNITS.get(shown);
    }
}
