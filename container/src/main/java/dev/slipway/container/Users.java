package dev.slipway.container;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Looks users up in an image's own `/etc/passwd` and `/etc/group`: never in the host's, and with
/// no code but this, so that nothing of the image is run (CVE-2019-14271).
public final class Users {
    /// What is read of each file; a line that is cut off there is left out.
    static final int MAX_BYTES = 4 << 20;

    private static final RawPath PASSWD = RawPath.of("etc/passwd");
    private static final RawPath GROUP = RawPath.of("etc/group");

    /// Who owns a file.
    public record Owner(int uid, int gid) {}

    private record User(String name, int uid, int gid, String home) {}

    private record Group(String name, int gid, List<String> members) {}

    private Users() {}

    /// Resolves what USER and `docker run --user` take: empty, `user`, `user:group`, names or
    /// numbers.
    ///
    /// A number need not be in the files. The groups a user is a member of count only when no group
    /// is given; the primary group is always among the additional ones (CVE-2022-2990,
    /// CVE-2022-36109).
    ///
    /// @throws UnknownUserException if a name is not in the files
    public static UserIds resolve(FileTree files, String user)
            throws IOException, UnknownUserException {
        int colon = user.indexOf(':');
        String name = bytes(colon < 0 ? user : user.substring(0, colon));
        String groupName = bytes(colon < 0 ? "" : user.substring(colon + 1));
        User found = user(files, name.isEmpty() ? "0" : name);
        if (found == null) {
            int uid = name.isEmpty() ? 0 : number(name);
            if (uid < 0) {
                throw unknown("user", name, "passwd");
            }
            found = new User("", uid, 0, "/");
        }
        List<Integer> gids = new ArrayList<>();
        int gid = found.gid;
        if (!groupName.isEmpty()) {
            gid = gid(files, groupName);
            gids.add(gid);
        } else {
            gids.add(gid);
            String member = found.name;
            if (!member.isEmpty()) {
                for (Group group : groups(files, candidate -> candidate.members.contains(member))) {
                    if (!gids.contains(group.gid)) {
                        gids.add(group.gid);
                    }
                }
            }
        }
        return new UserIds(found.uid, gid, gids, found.home.isEmpty() ? "/" : text(found.home));
    }

    /// Resolves what `COPY --chown` takes: `user`, `user:group`, `:group`, names or numbers. A
    /// number alone is the group's too; a name alone gives the user's primary group.
    ///
    /// @throws UnknownUserException if a name is not in the files
    public static Owner owner(FileTree files, String chown)
            throws IOException, UnknownUserException {
        int colon = chown.indexOf(':');
        String name = bytes(colon < 0 ? chown : chown.substring(0, colon));
        String groupName = bytes(colon < 0 ? "" : chown.substring(colon + 1));
        int uid = name.isEmpty() ? 0 : number(name);
        int gid = uid;
        if (uid < 0) {
            User found = user(files, name);
            if (found == null) {
                throw unknown("user", name, "passwd");
            }
            uid = found.uid;
            gid = found.gid;
        }
        return new Owner(uid, groupName.isEmpty() ? gid : gid(files, groupName));
    }

    private static int gid(FileTree files, String name) throws IOException, UnknownUserException {
        int number = number(name);
        if (number >= 0) {
            return number;
        }
        List<Group> found = groups(files, group -> group.name.equals(name));
        if (found.isEmpty()) {
            throw unknown("group", name, "group");
        }
        return found.getFirst().gid;
    }

    private static UnknownUserException unknown(String what, String name, String file) {
        String shown = RawPath.ofLatin1(name).toString();
        return new UnknownUserException(
                shown,
                "unable to find " + what + " " + shown + ": not in the image's /etc/" + file);
    }

    private static @Nullable User user(FileTree files, String name) throws IOException {
        int uid = number(name);
        for (String line : lines(files, PASSWD)) {
            List<String> fields = fields(line);
            if (fields.size() < 4) {
                continue;
            }
            int lineUid = number(fields.get(2));
            int lineGid = number(fields.get(3));
            boolean matches = uid >= 0 ? lineUid == uid : fields.getFirst().equals(name);
            if (matches && lineUid >= 0 && lineGid >= 0) {
                String home = fields.size() > 5 ? fields.get(5) : "";
                return new User(fields.getFirst(), lineUid, lineGid, home);
            }
        }
        return null;
    }

    private static List<Group> groups(FileTree files, Predicate<Group> wanted) throws IOException {
        List<Group> found = new ArrayList<>();
        for (String line : lines(files, GROUP)) {
            List<String> fields = fields(line);
            int gid = fields.size() < 3 ? -1 : number(fields.get(2));
            if (gid >= 0) {
                List<String> members = fields.size() < 4 ? List.of() : split(fields.get(3), ',');
                Group group = new Group(fields.getFirst(), gid, members);
                if (wanted.test(group)) {
                    found.add(group);
                }
            }
        }
        return found;
    }

    private static List<String> fields(String line) {
        return line.startsWith("#") ? List.of() : split(line, ':');
    }

    private static List<String> lines(FileTree files, RawPath path) throws IOException {
        Optional<FileEntry> file = files.resolve(path);
        if (file.isEmpty() || file.get().type() != FileType.REGULAR) {
            return List.of();
        }
        try (InputStream in = files.open(file.get())) {
            byte[] content = in.readNBytes(MAX_BYTES);
            List<String> lines = split(new String(content, StandardCharsets.ISO_8859_1), '\n');
            return content.length == MAX_BYTES ? lines.subList(0, lines.size() - 1) : lines;
        }
    }

    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
            parts.add(text.substring(start, end).strip());
            start = end + 1;
        }
        parts.add(text.substring(start).strip());
        return parts;
    }

    /// A number from 0 to 2³¹-1, Docker's range; -1 if it is none.
    private static int number(String text) {
        if (text.isEmpty() || text.length() > 10) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value > Integer.MAX_VALUE ? -1 : (int) value;
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
