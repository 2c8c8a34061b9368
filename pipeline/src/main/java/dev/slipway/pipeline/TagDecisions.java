package dev.slipway.pipeline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What becomes of each planned tag, given those that are there: an old branch never moves `latest`
/// or `1` back, a run repeated changes nothing, a version once given stays what it was.
public final class TagDecisions {
    /// What to do with a tag.
    public enum Action {
        /// It is new.
        CREATE,
        /// It points to another image, which this one replaces.
        MOVE,
        /// It points to this image already.
        KEEP,
        /// It stays where it is, as what it points to is newer.
        HOLD,
        /// It must not be moved: the run fails.
        REFUSE
    }

    /// What is to be done with one tag of one image.
    ///
    /// @param reason for people
    public record Decision(String image, PlannedTag tag, Action action, String reason) {}

    private final ExistingTags existing;
    private final @Nullable String digest;

    private TagDecisions(ExistingTags existing, @Nullable String digest) {
        this.existing = existing;
        this.digest = digest;
    }

    /// Decides about every tag of every image.
    ///
    /// @param digest of what is to be tagged; null: not known yet, so that no tag is known to be
    ///   the same
    public static List<Decision> of(TagPlan plan, ExistingTags existing, @Nullable String digest)
            throws IOException, InterruptedException {
        var decisions = new TagDecisions(existing, digest);
        List<Decision> all = new ArrayList<>();
        for (var image : plan.images()) {
            var names = existing.names(image);
            for (var tag : plan.tags()) {
                all.add(decisions.of(image, tag, names));
            }
        }
        return all;
    }

    private Decision of(String image, PlannedTag tag, List<String> names)
            throws IOException, InterruptedException {
        var present = existing.digest(image, tag.name());
        if (present != null && present.equals(digest)) {
            return new Decision(image, tag, Action.KEEP, "it is this image already");
        }
        if (present != null && tag.immutable()) {
            return digest == null
                    ? new Decision(
                            image, tag, Action.KEEP, "it is there; it must be the same image")
                    : new Decision(image, tag, Action.REFUSE, "it is another image: " + present);
        }
        var newer = newer(tag, names);
        if (newer != null) {
            return new Decision(image, tag, Action.HOLD, newer + " is newer");
        }
        if (present == null) {
            return new Decision(image, tag, Action.CREATE, tag.reason());
        }
        var line = tag.line();
        var said = line != null && moves(tag) ? existing.version(image, tag.name()) : null;
        // It may say its version with or without what the tags have around it.
        if (line != null
                && said != null
                && newer(tag, List.of(said, line.prefix() + said + line.suffix())) != null) {
            return new Decision(image, tag, Action.HOLD, "it is " + said + ", which is newer");
        }
        return new Decision(image, tag, Action.MOVE, tag.reason());
    }

    /// Whether a tag moves from version to version.
    private static boolean moves(PlannedTag tag) {
        var line = tag.line();
        return line != null && line.numbers() < 3 && Version.semver(line.version()) != null;
    }

    /// The newest version among `names` that the tag would stand for rather than its own; null if
    /// its own is the newest.
    private static @Nullable String newer(PlannedTag tag, List<String> names) {
        var line = tag.line();
        var own = line == null ? null : Version.semver(line.version());
        if (line == null || own == null || !moves(tag)) {
            return null;
        }
        Version newest = null;
        String newestName = null;
        for (var name : names) {
            var other = line.read(name);
            if (other != null
                    && other.preRelease().isEmpty()
                    && agree(own, other, line.numbers())
                    && other.compareTo(newest == null ? own : newest) > 0) {
                newest = other;
                newestName = name;
            }
        }
        return newestName;
    }

    private static boolean agree(Version a, Version b, int numbers) {
        for (int i = 0; i < numbers; i++) {
            if (!a.number(i).equals(b.number(i))) {
                return false;
            }
        }
        return true;
    }
}
