package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// Reads the options of a `RUN --mount` in the order written, as some depend on the type before
/// them.
final class MountOptions {
    private static final String[] KEYS = {
        "type",
        "from",
        "source",
        "target",
        "readonly",
        "id",
        "sharing",
        "required",
        "size",
        "mode",
        "uid",
        "gid",
        "env",
        "src",
        "dst",
        "destination",
        "ro",
        "rw",
        "readwrite"
    };

    private final MountFlag flag;
    private Mount.Type type = Mount.Type.BIND;
    private @Nullable String from;
    private @Nullable String source;
    private @Nullable String target;
    private @Nullable Boolean readOnly;
    private @Nullable String id;
    private Mount.@Nullable Sharing sharing;
    private boolean required;
    private @Nullable Integer mode;
    private @Nullable Integer uid;
    private @Nullable Integer gid;
    private long size;
    private @Nullable String env;
    private boolean typeKnown = true;
    private boolean allKnown = true;

    private MountOptions(MountFlag flag) {
        this.flag = flag;
    }

    static Mount resolve(MountFlag flag, MountFlag.Resolver resolver, MountFlag.Resolver ofFrom)
            throws MountException, ExpansionException {
        MountOptions options = new MountOptions(flag);
        for (MountFlag.Field field : flag.fields()) {
            String value = field.value();
            MountFlag.Resolver own = field.key().equals("from") ? ofFrom : resolver;
            options.read(field, value == null ? null : own.expand(value));
        }
        options.validate();
        return options.mount();
    }

    /// Checks what holds no variables, quotes or escapes; the rest when it is expanded.
    static void check(MountFlag flag) throws MountException {
        MountOptions options = new MountOptions(flag);
        for (MountFlag.Field field : flag.fields()) {
            String value = field.value();
            if (value != null && needsExpansion(value)) {
                options.skip(field);
            } else {
                options.read(field, value);
            }
        }
        options.validate();
    }

    static boolean isVariable(String value) {
        int dollar = value.indexOf('$');
        return dollar >= 0 && dollar + 1 < value.length();
    }

    private static boolean needsExpansion(String value) {
        for (int i = 0; i < value.length(); i++) {
            if ("$\\`'\"".indexOf(value.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static MountException fail(String message, MountFlag.Field field) {
        return new MountException(message, field.range(), null);
    }

    private static MountException badValue(MountFlag.Field field, String value) {
        return fail("invalid value for " + field.key() + ": " + value, field);
    }

    private void skip(MountFlag.Field field) throws MountException {
        if (!isKey(field.key())) {
            throw unexpected(field);
        }
        typeKnown &= !field.key().equals("type");
        allKnown = false;
    }

    private static boolean isKey(String key) {
        for (String known : KEYS) {
            if (known.equals(key)) {
                return true;
            }
        }
        return false;
    }

    private static MountException unexpected(MountFlag.Field field) {
        return new MountException(
                "unexpected key '" + field.key() + "' in '" + field.text() + "'",
                field.range(),
                Suggestions.nearest(field.key(), KEYS));
    }

    private void read(MountFlag.Field field, @Nullable String value) throws MountException {
        String key = field.key();
        if (value == null) {
            readSwitch(field);
            return;
        }
        switch (key) {
            case "type" -> type = type(field, value);
            case "from" -> from = orNull(value);
            case "source", "src" -> source = orNull(value);
            case "target", "dst", "destination" -> target = orNull(value);
            case "readonly", "ro" -> readOnly = bool(field, value);
            case "readwrite", "rw" -> readOnly = !bool(field, value);
            case "required" -> {
                needType(field, isLent());
                required = bool(field, value);
            }
            case "size" -> {
                needType(field, type == Mount.Type.TMPFS);
                size = size(field, value);
            }
            case "id" -> id = orNull(value);
            case "sharing" -> sharing = sharing(field, value);
            case "mode" -> mode = number(field, value, 8);
            case "uid" -> uid = number(field, value, 10);
            case "gid" -> gid = number(field, value, 10);
            case "env" -> {
                needType(field, type == Mount.Type.SECRET);
                env = orNull(value);
            }
            default -> throw unexpected(field);
        }
    }

    private void readSwitch(MountFlag.Field field) throws MountException {
        switch (field.key()) {
            case "readonly", "ro" -> readOnly = true;
            case "readwrite", "rw" -> readOnly = false;
            case "required" -> {
                needType(field, isLent());
                required = true;
            }
            default ->
                    throw new MountException(
                            "invalid field '" + field.text() + "' must be a key=value pair",
                            field.range(),
                            isKey(field.key()) ? null : Suggestions.nearest(field.key(), KEYS));
        }
    }

    private boolean isLent() {
        return type == Mount.Type.SECRET || type == Mount.Type.SSH;
    }

    private void needType(MountFlag.Field field, boolean good) throws MountException {
        if (!good && typeKnown) {
            throw fail(
                    "unexpected key '" + field.key() + "' for mount type '" + name(type) + "'",
                    field);
        }
    }

    private static @Nullable String orNull(String value) {
        return value.isEmpty() ? null : value;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static boolean bool(MountFlag.Field field, String value) throws MountException {
        Boolean parsed = GoValues.bool(value);
        if (parsed == null) {
            throw badValue(field, value);
        }
        return parsed;
    }

    private static int number(MountFlag.Field field, String value, int radix)
            throws MountException {
        Integer parsed = GoValues.number(value, radix);
        if (parsed == null) {
            throw badValue(field, value);
        }
        return parsed;
    }

    private static long size(MountFlag.Field field, String value) throws MountException {
        Long parsed = GoValues.bytes(value);
        if (parsed == null) {
            throw badValue(field, value);
        }
        return parsed;
    }

    private Mount.Type type(MountFlag.Field field, String value) throws MountException {
        typeKnown = true;
        for (Mount.Type option : Mount.Type.values()) {
            if (option.name().equalsIgnoreCase(value)) {
                return option;
            }
        }
        throw new MountException(
                "unsupported mount type " + Chars.quoted(value),
                field.range(),
                Suggestions.nearest(value, "bind", "cache", "tmpfs", "secret", "ssh"));
    }

    private static Mount.Sharing sharing(MountFlag.Field field, String value)
            throws MountException {
        for (Mount.Sharing option : Mount.Sharing.values()) {
            if (option.name().equalsIgnoreCase(value)) {
                return option;
            }
        }
        throw new MountException(
                "unsupported sharing value " + Chars.quoted(value),
                field.range(),
                Suggestions.nearest(value, "shared", "private", "locked"));
    }

    private void validate() throws MountException {
        if (!typeKnown) {
            return;
        }
        boolean owned = isLent() || type == Mount.Type.CACHE;
        require(owned || mode == null, "mode not allowed for \"" + name(type) + "\" type mounts");
        require(owned || uid == null, "uid not allowed for \"" + name(type) + "\" type mounts");
        require(owned || gid == null, "gid not allowed for \"" + name(type) + "\" type mounts");
        if (type == Mount.Type.SECRET) {
            require(from == null, "secret mount should not have a from");
            require(sharing == null, "secret mount should not define sharing");
            boolean named = source != null || target != null || id != null || !allKnown;
            require(named, "invalid secret mount. one of source, target required");
            require(source == null || id == null, "both source and id can't be set");
        }
        require(
                sharing == null || type == Mount.Type.CACHE,
                "invalid cache sharing set for " + name(type) + " mount");
    }

    private void require(boolean good, String message) throws MountException {
        if (!good) {
            throw new MountException(message, flag.flag().range(), null);
        }
    }

    private Mount mount() {
        boolean writable = type == Mount.Type.CACHE || type == Mount.Type.TMPFS;
        return new Mount(
                type,
                from,
                source,
                target,
                readOnly == null ? !writable : readOnly,
                type == Mount.Type.SECRET && id == null ? source : id,
                sharing,
                required,
                mode,
                uid,
                gid,
                size,
                env);
    }
}
