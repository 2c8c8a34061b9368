package dev.slipway.cli;

import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.container.Resources;

import java.util.LinkedHashMap;
import java.util.Map;

/// The limits of RUN steps: `--resource`, as buildx spells them, and docker's single flags.
final class BuildResources {
    private static final String WANTED =
            "memory, memory-swap, cpu-shares, cpu-period, cpu-quota, cpuset-cpus or cpuset-mems";
    private static final Option[] SINGLE = {
        BuildRunFlags.MEMORY,
        BuildRunFlags.MEMORY_SWAP,
        BuildRunFlags.CPU_SHARES,
        BuildRunFlags.CPU_PERIOD,
        BuildRunFlags.CPU_QUOTA,
        BuildRunFlags.CPUSET_CPUS,
        BuildRunFlags.CPUSET_MEMS
    };

    private final Parsed line;
    private final Map<String, String> values = new LinkedHashMap<>();

    BuildResources(Parsed line) {
        this.line = line;
    }

    /// The single flags win.
    Resources read() throws UsageException {
        for (String text : line.texts(BuildRunFlags.RESOURCE)) {
            fields(text);
        }
        for (Option option : SINGLE) {
            String value = line.text(option);
            if (value != null) {
                values.put(option.name(), value);
            }
        }
        Resources resources =
                new Resources(
                        bytes("memory", false),
                        bytes("memory-swap", true),
                        number("cpu-quota"),
                        number("cpu-period"),
                        number("cpu-shares"),
                        values.getOrDefault("cpuset-cpus", ""),
                        values.getOrDefault("cpuset-mems", ""),
                        0);
        long swap = resources.memorySwapBytes();
        if (swap > 0 && swap < resources.memoryBytes()) {
            throw new UsageException(
                    "memory-swap is less than memory", "It is the limit of both together.");
        }
        return resources;
    }

    /// A comma separates fields, and may stand in one: `cpuset-cpus=0,2,memory=1g`.
    private void fields(String text) throws UsageException {
        String key = "";
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                if (!key.startsWith("cpuset-")) {
                    throw Parsed.wrongValue(BuildRunFlags.RESOURCE, text, "KEY=VALUE");
                }
                values.merge(key, part, (all, one) -> all + "," + one);
                continue;
            }
            key = part.substring(0, equals).strip();
            boolean known = false;
            for (Option option : SINGLE) {
                known |= option.name().equals(key);
            }
            if (!known) {
                throw new UsageException(
                        "unknown resource \"" + key + "\"", "There are " + WANTED + ".");
            }
            values.put(key, part.substring(equals + 1));
        }
    }

    private long bytes(String key, boolean unlimited) throws UsageException {
        String text = values.get(key);
        if (text == null) {
            return 0;
        }
        long bytes = unlimited && text.equals("-1") ? -1 : Amounts.bytes(text);
        if (bytes < 0 && !(unlimited && text.equals("-1"))) {
            throw wrong(key, text, "an amount of memory such as 512m or 2g");
        }
        return bytes;
    }

    private long number(String key) throws UsageException {
        String text = values.get(key);
        try {
            long number = text == null ? 0 : Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw wrong(key, String.valueOf(text), "a whole number");
    }

    private static UsageException wrong(String key, String text, String wanted) {
        return new UsageException(
                "invalid value \"" + text + "\" for " + key, "It takes " + wanted + ".");
    }
}
