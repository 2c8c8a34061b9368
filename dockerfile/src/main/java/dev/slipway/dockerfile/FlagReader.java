package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Checks the flags of an instruction and gives their values. A wrong one is reported and then as
/// if it were not there.
final class FlagReader {
    private final Problems problems;
    private final String[] names;
    private final List<Flag> good = new ArrayList<>();

    /// @param names those allowed; `?` after one says it is true or false, `*` that it may come
    ///   often
    FlagReader(List<Flag> flags, Problems problems, String... names) {
        this.problems = problems;
        this.names = names;
        for (Flag flag : flags) {
            check(flag);
        }
    }

    private void check(Flag flag) {
        char kind = kind(flag.name());
        String value = flag.value();
        if (kind == 0) {
            problems.error(
                    "unknown flag: --" + flag.name(),
                    flag.range(),
                    Suggestions.nearest(flag.name(), plainNames()));
        } else if (kind != '*' && find(flag.name()) != null) {
            problems.error("duplicate flag specified: --" + flag.name(), flag.range());
        } else if (kind == '?' ? value != null && value.isEmpty() : value == null) {
            problems.error("missing a value on flag: --" + flag.name(), flag.range());
        } else if (kind == '?' && value != null && !isBoolean(value)) {
            problems.error(
                    "expecting boolean value for flag --" + flag.name() + ", not: " + value,
                    flag.range());
        } else {
            good.add(flag);
        }
    }

    private static boolean isBoolean(String value) {
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    }

    private char kind(String name) {
        for (String known : names) {
            if (known.startsWith(name)) {
                char last = known.charAt(known.length() - 1);
                boolean marked = last == '?' || last == '*';
                if (known.length() - (marked ? 1 : 0) == name.length()) {
                    return marked ? last : 's';
                }
            }
        }
        return 0;
    }

    private String[] plainNames() {
        String[] plain = new String[names.length];
        for (int i = 0; i < plain.length; i++) {
            char last = names[i].charAt(names[i].length() - 1);
            boolean marked = last == '?' || last == '*';
            plain[i] = marked ? names[i].substring(0, names[i].length() - 1) : names[i];
        }
        return plain;
    }

    @Nullable Flag find(String name) {
        for (Flag flag : good) {
            if (flag.name().equals(name)) {
                return flag;
            }
        }
        return null;
    }

    /// Returns the value, or null if it is empty or not given.
    @Nullable String string(String name) {
        Flag flag = find(name);
        String value = flag == null ? null : flag.value();
        return value == null || value.isEmpty() ? null : value;
    }

    /// Returns null if it is not given.
    @Nullable Boolean bool(String name) {
        Flag flag = find(name);
        if (flag == null) {
            return null;
        }
        return flag.value() == null || flag.value().equalsIgnoreCase("true");
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(bool(name));
    }

    List<Flag> all(String name) {
        List<Flag> flags = new ArrayList<>();
        for (Flag flag : good) {
            if (flag.name().equals(name)) {
                flags.add(flag);
            }
        }
        return flags;
    }

    List<String> strings(String name) {
        List<String> values = new ArrayList<>();
        for (Flag flag : all(name)) {
            String value = flag.value();
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }
}
