package dev.slipway.container;

import java.util.List;
import java.util.Map;

/// A device as the Container Device Interface describes it: what a container gets so that it can
/// use it. `SPEC.md` of cncf-tags/container-device-interface.
///
/// @param name fully qualified: `vendor.com/class=name`
/// @param annotations of the specification, then of the device
/// @param env `NAME=value` each
/// @param devices nodes of `/dev`
/// @param mounts files of the host
/// @param additionalGids supplementary groups
public record CdiDevice(
        String name,
        Map<String, String> annotations,
        List<String> env,
        List<Device> devices,
        List<MountSpec> mounts,
        List<Integer> additionalGids) {
    public CdiDevice {
        annotations = Map.copyOf(annotations);
        env = List.copyOf(env);
        devices = List.copyOf(devices);
        mounts = List.copyOf(mounts);
        additionalGids = List.copyOf(additionalGids);
    }

    /// `vendor.com/class`.
    public String kind() {
        return name.substring(0, name.indexOf('='));
    }
}
