package dev.slipway.container;

import dev.slipway.image.Json;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the `containerEdits` of a CDI specification.
///
/// Hooks are programs of the vendor that would run on the host with all its rights, and what they
/// do to a container cannot be known: a device that needs one is refused, by the hook's name. So is
/// what would change the host's own configuration: resctrl groups, network devices.
final class CdiEdits {
    private final String device;
    final List<String> env = new ArrayList<>();
    final List<Device> devices = new ArrayList<>();
    final List<MountSpec> mounts = new ArrayList<>();
    final List<Integer> additionalGids = new ArrayList<>();

    /// @param device its full name, for messages
    CdiEdits(String device) {
        this.device = device;
    }

    void add(Json.Obj edits) throws IOException, ContainerException {
        refuse(edits);
        List<String> variables = edits.texts("env");
        if (variables != null) {
            env.addAll(variables);
        }
        for (Json.Obj node : edits.objects("deviceNodes")) {
            String path = absolute(node.requiredText("path"));
            String source = node.text("hostPath", path);
            devices.add(new Device(absolute(source), path, node.text("permissions", "rwm")));
        }
        for (Json.Obj mount : edits.objects("mounts")) {
            mount(mount);
        }
        List<Json> groups = edits.array("additionalGids");
        for (Json group : groups == null ? List.<Json>of() : groups) {
            additionalGids.add(number(group));
        }
    }

    private void refuse(Json.Obj edits) throws IOException, ContainerException {
        for (Json.Obj hook : edits.objects("hooks")) {
            throw refused(
                    "the hook "
                            + hook.text("hookName", "")
                            + " ("
                            + hook.text("path", "")
                            + "), and hooks are not run");
        }
        if (edits.get("intelRdt") != null) {
            throw refused("intelRdt, which is not supported");
        }
        if (!edits.objects("netDevices").isEmpty()) {
            throw refused("netDevices, which are not supported");
        }
    }

    private ContainerException refused(String what) {
        return new ContainerException(
                ContainerException.Reason.UNSUPPORTED,
                "the device " + device + " needs " + what,
                "use a specification without it",
                null);
    }

    private void mount(Json.Obj mount) throws IOException, ContainerException {
        String target = absolute(mount.requiredText("containerPath"));
        String source = mount.requiredText("hostPath");
        List<String> given = mount.texts("options");
        List<String> options = given == null ? List.of() : given;
        String type = mount.text("type", "bind");
        if (type.equals("tmpfs")) {
            mounts.add(new MountSpec.Tmpfs(target, 0, 0755, options));
            return;
        }
        if (!type.equals("bind") && !type.equals("none")) {
            throw refused("a mount of type " + type + ", which is not supported");
        }
        boolean readOnly = options.contains("ro");
        mounts.add(new MountSpec.Bind(Path.of(absolute(source)), target, readOnly));
    }

    private String absolute(String path) throws IOException {
        if (!path.startsWith("/")) {
            throw new IOException(device + ": the path " + path + " is not absolute");
        }
        return path;
    }

    private static int number(Json value) throws IOException {
        if (value instanceof Json.Num(String literal)) {
            try {
                int gid = Integer.parseInt(literal);
                if (gid >= 0) {
                    return gid;
                }
            } catch (NumberFormatException e) {
                throw new IOException("no group: " + literal);
            }
        }
        throw new IOException("no group: " + value);
    }
}
