package dev.slipway.cli;

import dev.slipway.build.DockerfileLock;
import dev.slipway.build.Locking;
import dev.slipway.build.RemoteFiles;
import dev.slipway.image.ImageException;
import dev.slipway.image.Reference;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What `slipway lock --update` names: images with or without a tag, addresses with or without a
/// branch, or everything.
final class LockUpdates implements Locking.Anew {
    /// No image can be called so.
    static final String ALL = "*";

    private final boolean all;
    private final List<Reference> images = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final Set<Object> used = new LinkedHashSet<>();
    private final Set<String> names = new LinkedHashSet<>();

    LockUpdates(List<String> texts) throws ImageException {
        this.all = texts.contains(ALL);
        for (String text : texts) {
            if (text.equals(ALL)) {
                continue;
            }
            if (RemoteFiles.isAddress(text)) {
                addresses.add(text);
            } else {
                images.add(Reference.parse(text));
            }
        }
    }

    @Override
    public boolean image(Reference name) {
        boolean found = all;
        for (Reference wanted : images) {
            boolean anyTag = wanted.tag() == null && wanted.digest() == null;
            if (wanted.equals(anyTag ? name.nameOnly() : name)) {
                used.add(wanted);
                found = true;
            }
        }
        return found;
    }

    @Override
    public boolean address(String address) {
        boolean found = all;
        int ref = address.indexOf('#');
        for (String wanted : addresses) {
            if (wanted.equals(address) || (ref > 0 && wanted.equals(address.substring(0, ref)))) {
                used.add(wanted);
                found = true;
            }
        }
        return found;
    }

    /// Notes what a lock has.
    void note(DockerfileLock lock) {
        lock.entries().forEach(entry -> image(entry.reference()));
        lock.sources().forEach(source -> address(source.address()));
        lock.pins().forEach(pin -> names.add(pin.name()));
    }

    /// Says what no Dockerfile names.
    void checkUsed() throws CommandException {
        List<Object> wanted = new ArrayList<>(images);
        wanted.addAll(addresses);
        for (Object each : wanted) {
            if (!used.contains(each)) {
                String name = each instanceof Reference image ? image.familiar() : each.toString();
                throw new CommandException(
                        "the Dockerfile names no " + kind(each) + " " + name,
                        names.isEmpty() ? null : "It names " + String.join(", ", names) + ".");
            }
        }
    }

    private static String kind(Object wanted) {
        return wanted instanceof Reference ? "image" : "address";
    }
}
