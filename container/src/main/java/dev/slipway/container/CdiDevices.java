package dev.slipway.container;

import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The CDI devices of this machine: what `*.json`, `*.yaml` and `*.yml` of some directories
/// describe.
///
/// A later directory wins over an earlier one; two files of one directory that describe the same
/// device make it unusable, as the CDI specification says.
public final class CdiDevices {
    /// Where specifications are looked for, as BuildKit does.
    public static final List<Path> DIRECTORIES =
            List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"), Path.of("/etc/buildkit/cdi"));

    private static final String CLASS = "org.mobyproject.buildkit.device.class";
    private static final int MAX_BYTES = 4 << 20;

    private final Map<String, Described> devices = new TreeMap<>();
    private final Set<String> conflicts = new HashSet<>();
    private final List<String> unreadable = new ArrayList<>();

    /// A device as it is written.
    private record Described(Path file, Json.Obj spec, Json.Obj device) {}

    private CdiDevices() {}

    /// Reads the specifications. A file that is wrong hides only its own devices.
    public static CdiDevices read(List<Path> directories) throws ContainerException {
        CdiDevices all = new CdiDevices();
        for (Path directory : directories) {
            all.readDirectory(directory);
        }
        return all;
    }

    private void readDirectory(Path directory) throws ContainerException {
        Map<String, Described> here = new TreeMap<>();
        for (Path file : files(directory)) {
            try {
                Json.Obj spec = parse(file);
                String kind = kind(spec.requiredText("kind"));
                for (Json.Obj device : spec.objects("devices")) {
                    String name = kind + "=" + device.requiredText("name");
                    conflicts.remove(name);
                    if (here.put(name, new Described(file, spec, device)) != null) {
                        conflicts.add(name);
                    }
                }
            } catch (IOException e) {
                unreadable.add(file + ": " + e.getMessage());
            }
        }
        devices.putAll(here);
    }

    private static List<Path> files(Path directory) throws ContainerException {
        List<Path> files = new ArrayList<>();
        try (var all = Files.newDirectoryStream(directory, "*.{json,yaml,yml}")) {
            all.forEach(files::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new ContainerException(
                    ContainerException.Reason.FAILED, "cannot read " + directory, e);
        }
        files.sort(null);
        return files;
    }

    private static Json.Obj parse(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException("more than 4 MiB");
        }
        return String.valueOf(file.getFileName()).endsWith(".json")
                ? Json.parseObject(bytes)
                : CdiYaml.parse(new String(bytes, StandardCharsets.UTF_8));
    }

    private static String kind(String text) throws IOException {
        if (!isKind(text)) {
            throw new IOException("the kind " + text + " is not VENDOR/CLASS");
        }
        return text;
    }

    private static boolean isKind(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean digit = c >= '0' && c <= '9';
            boolean other = digit || c == '-' || c == '_' || (c == '.' && i < slash);
            boolean first = i == 0 || i == slash + 1;
            if (i != slash && !letter && (first || !other)) {
                return false;
            }
        }
        return true;
    }

    /// The devices that a request means, as BuildKit reads it: `vendor.com/class=name` one,
    /// `vendor.com/class=*` all of the class, `vendor.com/class` its first; and where no device has
    /// the name, those whose annotation `org.mobyproject.buildkit.device.class` is that name.
    ///
    /// @return empty if there is none
    /// @throws ContainerException if the request has no such form, or a device it means cannot be
    ///   given to a container
    public List<CdiDevice> find(String request) throws ContainerException {
        int equals = request.indexOf('=');
        String kind = equals < 0 ? request : request.substring(0, equals);
        String name = equals < 0 ? "" : request.substring(equals + 1);
        if (!isKind(kind) || (equals >= 0 && name.isEmpty())) {
            throw invalid("\"" + request + "\" is no device: VENDOR/CLASS=NAME is wanted");
        }
        List<CdiDevice> found = new ArrayList<>();
        Described exact = devices.get(request);
        if (exact != null) {
            found.add(device(request, exact));
            return found;
        }
        for (var entry : devices.entrySet()) {
            boolean sameKind = entry.getKey().startsWith(kind + "=");
            if (sameKind && (name.isEmpty() || name.equals("*") || isOfClass(entry, name))) {
                found.add(device(entry.getKey(), entry.getValue()));
                if (name.isEmpty()) {
                    break;
                }
            }
        }
        return found;
    }

    /// What is known, for a message to someone who looks for a device that is not.
    public String known() {
        StringBuilder text = new StringBuilder();
        text.append(devices.isEmpty() ? "no device is known" : "known are ");
        text.append(String.join(", ", devices.keySet()));
        for (String file : unreadable) {
            text.append("; cannot read ").append(file);
        }
        return text.toString();
    }

    private static boolean isOfClass(Map.Entry<String, Described> entry, String name)
            throws ContainerException {
        return name.equals(annotations(entry.getKey(), entry.getValue()).get(CLASS));
    }

    private CdiDevice device(String name, Described described) throws ContainerException {
        if (conflicts.contains(name)) {
            throw invalid(
                    "the device " + name + " is described twice, last in " + described.file());
        }
        try {
            CdiEdits edits = new CdiEdits(name);
            add(edits, described.spec().object("containerEdits"));
            add(edits, described.device().object("containerEdits"));
            return new CdiDevice(
                    name,
                    annotations(name, described),
                    edits.env,
                    edits.devices,
                    edits.mounts,
                    edits.additionalGids);
        } catch (IOException e) {
            throw invalid(described.file() + ": " + e.getMessage());
        }
    }

    private static void add(CdiEdits edits, Json.@Nullable Obj written)
            throws IOException, ContainerException {
        if (written != null) {
            edits.add(written);
        }
    }

    private static Map<String, String> annotations(String name, Described described)
            throws ContainerException {
        Map<String, String> all = new TreeMap<>();
        try {
            for (Json.Obj from : List.of(described.spec(), described.device())) {
                all.putAll(from.textMap("annotations"));
            }
        } catch (IOException e) {
            throw invalid("annotations of " + name + ": " + e.getMessage());
        }
        return all;
    }

    private static ContainerException invalid(String message) {
        return new ContainerException(ContainerException.Reason.INVALID_SPEC, message, null);
    }
}
