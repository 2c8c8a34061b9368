package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Reads `RUN`.
final class RunReader {
    private RunReader() {}

    static Run read(InstructionSource source, CommandForm command, Problems problems) {
        FlagReader flags =
                new FlagReader(
                        source.flags(), problems, "mount*", "network", "security", "device*");
        List<MountFlag> mounts = new ArrayList<>();
        for (Flag flag : flags.all("mount")) {
            MountFlag mount = mount(flag, problems);
            if (mount != null) {
                mounts.add(mount);
            }
        }
        List<Device> devices = new ArrayList<>();
        for (Flag flag : flags.all("device")) {
            Device device = device(flag, problems);
            if (device != null) {
                devices.add(device);
            }
        }
        String network =
                oneOf(flags.find("network"), problems, "network mode", "default", "none", "host");
        String security =
                oneOf(flags.find("security"), problems, "security mode", "sandbox", "insecure");
        return new Run(source, mounts, network, security, devices, command);
    }

    private static @Nullable String oneOf(
            @Nullable Flag flag, Problems problems, String what, String... allowed) {
        String value = flag == null ? null : flag.value();
        if (flag == null || value == null) {
            return null;
        }
        for (String option : allowed) {
            if (option.equals(value)) {
                return value;
            }
        }
        problems.error(
                "invalid " + what + " " + Chars.quoted(value),
                flag.range(),
                Suggestions.nearest(value, allowed));
        return null;
    }

    private static @Nullable MountFlag mount(Flag flag, Problems problems) {
        List<MountFlag.Field> fields = CsvFields.read(flag);
        if (fields == null) {
            problems.error(
                    "failed to parse csv mounts: " + Chars.quoted(flag.text()), flag.range());
            return null;
        }
        MountFlag mount = new MountFlag(flag, fields);
        try {
            MountOptions.check(mount);
            if (mount.hasVariableFrom()) {
                problems.warning(
                        null,
                        "'from' doesn't support variable expansion in BuildKit, which needs an"
                                + " alias stage",
                        flag.range());
            }
            return mount;
        } catch (MountException e) {
            problems.error(e.reason(), e.range(), e.suggestion());
            return null;
        }
    }

    private static @Nullable Device device(Flag flag, Problems problems) {
        List<MountFlag.Field> fields = CsvFields.read(flag);
        if (fields == null) {
            problems.error(
                    "failed to parse csv devices: " + Chars.quoted(flag.text()), flag.range());
            return null;
        }
        String name = null;
        boolean required = false;
        for (MountFlag.Field field : fields) {
            String value = field.value();
            boolean names = field.key().equals("name") && value != null;
            if (field.key().equals("required")) {
                Boolean flagged = value == null ? Boolean.TRUE : GoValues.bool(value);
                if (flagged == null) {
                    problems.error("invalid value for required: " + value, field.range());
                    return null;
                }
                required = flagged;
            } else if (name != null) {
                problems.error(
                        names
                                ? "device name already set to " + name
                                : value == null
                                        ? "invalid field '"
                                                + field.text()
                                                + "' must be a key=value pair"
                                        : "unexpected key '"
                                                + field.key()
                                                + "' in '"
                                                + field.text()
                                                + "'",
                        field.range(),
                        Suggestions.nearest(field.key(), "name", "required"));
                return null;
            } else {
                name = names ? value : field.text(); // a CDI name may hold a '='
            }
        }
        return new Device(name == null ? "" : name, required);
    }
}
