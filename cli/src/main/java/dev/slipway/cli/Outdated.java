package dev.slipway.cli;

import dev.slipway.build.LockEntry;
import dev.slipway.distribution.RegistryException;
import dev.slipway.distribution.Updates.Update;
import dev.slipway.image.Digest;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a Dockerfile takes from elsewhere, and what is newer.
sealed interface Outdated {
    /// For people.
    String name();

    /// What it is held to, short; null: to nothing.
    @Nullable String pinned();

    /// What it stands for now.
    String now();

    String newer();

    /// In the Dockerfile; null: only the lock has it.
    @Nullable String place();

    boolean isOutdated();

    /// Why not all is known; null: it is.
    @Nullable Exception failure();

    Map<String, Object> json();

    /// A base image.
    ///
    /// @param digest that it is pinned to; null: it is not
    /// @param onlyInStore whether registries need not know it
    record OfImage(
            Reference reference,
            @Nullable Digest digest,
            @Nullable String place,
            boolean onlyInStore,
            Update update)
            implements Outdated {
        static OfImage locked(LockEntry entry, @Nullable String place, Update update) {
            boolean store = entry.source().equals(LockEntry.STORE);
            return new OfImage(entry.reference(), entry.digest(), place, store, update);
        }

        private boolean isMoved() {
            Digest pinned = digest;
            return pinned != null && update.current() != null && !pinned.equals(update.current());
        }

        @Override
        public String name() {
            String tag = reference.tag();
            return tag == null ? reference.familiar() : reference.withTag(tag).familiar();
        }

        @Override
        public @Nullable String pinned() {
            return digest == null ? null : digest.shortHex();
        }

        @Override
        public boolean isOutdated() {
            return isMoved() || !update.newer().isEmpty();
        }

        @Override
        public @Nullable Exception failure() {
            boolean expected =
                    onlyInStore
                            && update.failure() instanceof RegistryException e
                            && e.status() != 0;
            return expected ? null : update.failure();
        }

        @Override
        public String now() {
            if (reference.tag() == null) {
                return "-";
            }
            Digest current = update.current();
            if (current == null) {
                return failure() != null ? "?" : onlyInStore ? "only in the store" : "gone";
            }
            return isMoved() || digest == null ? current.shortHex() : "the same";
        }

        @Override
        public String newer() {
            List<String> parts = new ArrayList<>();
            update.newer().forEach((level, tag) -> parts.add(level + " " + tag));
            return parts.isEmpty() ? "-" : String.join(", ", parts);
        }

        @Override
        public Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("reference", reference.familiar());
            put(json, "place", place);
            put(json, "digest", digest);
            put(json, "current", update.current());
            json.put("outdated", isOutdated());
            Map<String, Object> newer = new LinkedHashMap<>();
            update.newer().forEach((level, tag) -> newer.put(level.toString(), tag));
            json.put("newer", newer);
            Exception failure = failure();
            put(json, "error", failure == null ? null : failure.getMessage());
            return json;
        }
    }

    /// An address of an `ADD`.
    ///
    /// @param checksum that it is locked to; null: it is not
    /// @param current what is there now; null: not known
    record OfAddress(
            String name,
            @Nullable String checksum,
            @Nullable String current,
            @Nullable String place,
            @Nullable Exception failure)
            implements Outdated {
        @Override
        public @Nullable String pinned() {
            return checksum == null ? null : shortened(checksum);
        }

        @Override
        public boolean isOutdated() {
            return checksum != null && current != null && !checksum.equals(current);
        }

        @Override
        public String now() {
            String known = current;
            if (known == null) {
                return failure != null ? "?" : "-";
            }
            return known.equals(checksum) ? "the same" : shortened(known);
        }

        private static String shortened(String checksum) {
            int hex = checksum.indexOf(':') + 1;
            return checksum.substring(hex, hex + 12);
        }

        @Override
        public String newer() {
            return "-";
        }

        @Override
        public Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("address", name);
            put(json, "place", place);
            put(json, "checksum", checksum);
            put(json, "current", current);
            json.put("outdated", isOutdated());
            put(json, "error", failure == null ? null : failure.getMessage());
            return json;
        }
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }
}
