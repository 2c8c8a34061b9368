package dev.slipway.build;

import dev.slipway.container.CdiDevice;
import dev.slipway.container.CdiDevices;
import dev.slipway.container.ContainerException;
import dev.slipway.dockerfile.Device;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The devices of `RUN --device`: found in the machine's CDI specifications, and allowed by name.
final class RunDevices {
    private static final String AUTO_ALLOW = "org.mobyproject.buildkit.device.autoallow";

    private RunDevices() {}

    /// Checks that the devices may be used.
    static void check(List<Device> wanted, @Nullable RunSettings settings, SourceLines at)
            throws BuildException {
        var all = read(settings, at);
        for (var device : wanted) {
            for (var found : find(all, device, at)) {
                boolean auto = "true".equals(found.annotations().get(AUTO_ALLOW));
                boolean allowed =
                        settings != null && settings.allowsDevice(found.name(), found.kind());
                if (!auto && !allowed) {
                    throw BuildException.of("the device " + found.name() + " is not allowed")
                            .source(at)
                            .hint("allow it with --allow device=" + found.name())
                            .make();
                }
            }
        }
    }

    /// The devices, each once.
    static List<CdiDevice> resolve(
            List<Device> wanted, @Nullable RunSettings settings, SourceLines at)
            throws BuildException {
        var devices = new ArrayList<CdiDevice>();
        var all = read(settings, at);
        for (var device : wanted) {
            for (var found : find(all, device, at)) {
                if (!devices.contains(found)) {
                    devices.add(found);
                }
            }
        }
        return devices;
    }

    private static CdiDevices read(@Nullable RunSettings settings, SourceLines at)
            throws BuildException {
        List<Path> directories =
                settings == null ? CdiDevices.DIRECTORIES : settings.cdiDirectories();
        try {
            return CdiDevices.read(directories);
        } catch (ContainerException e) {
            throw failed(e, at);
        }
    }

    private static List<CdiDevice> find(CdiDevices all, Device device, SourceLines at)
            throws BuildException {
        List<CdiDevice> found;
        try {
            found = all.find(device.name());
        } catch (ContainerException e) {
            throw failed(e, at);
        }
        if (found.isEmpty() && device.required()) {
            throw BuildException.of("the required device " + device.name() + " is not registered")
                    .source(at)
                    .hint(all.known())
                    .make();
        }
        return found;
    }

    private static BuildException failed(ContainerException e, SourceLines at) {
        return BuildException.of(BuildException.messageOf(e))
                .source(at)
                .hint(e.hint().isEmpty() ? null : e.hint())
                .cause(e)
                .make();
    }
}
