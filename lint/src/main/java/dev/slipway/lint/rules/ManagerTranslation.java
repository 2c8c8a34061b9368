package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Edit;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.ScriptText;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Puts Alpine's package manager in the place of Debian's, or the other way round. All of a
/// script's installs or none: every package must be one whose other name is known, and without a
/// version, which would not exist there.
final class ManagerTranslation {
    private static final Set<String> SAME =
            Set.of(
                    "autoconf",
                    "automake",
                    "bash",
                    "bc",
                    "bison",
                    "bzip2",
                    "ca-certificates",
                    "clang",
                    "cmake",
                    "coreutils",
                    "cron",
                    "curl",
                    "dumb-init",
                    "ffmpeg",
                    "file",
                    "findutils",
                    "flex",
                    "g++",
                    "gawk",
                    "gcc",
                    "gettext",
                    "git",
                    "git-lfs",
                    "gnupg",
                    "graphviz",
                    "grep",
                    "gzip",
                    "haproxy",
                    "htop",
                    "imagemagick",
                    "iproute2",
                    "iptables",
                    "jq",
                    "less",
                    "libffi-dev",
                    "libpng-dev",
                    "libpq-dev",
                    "libtool",
                    "libxml2-dev",
                    "logrotate",
                    "lsof",
                    "make",
                    "mariadb-client",
                    "nano",
                    "netcat-openbsd",
                    "nginx",
                    "nodejs",
                    "npm",
                    "openssh-client",
                    "openssl",
                    "patch",
                    "perl",
                    "postgresql-client",
                    "procps",
                    "python3",
                    "python3-dev",
                    "rsync",
                    "sed",
                    "socat",
                    "strace",
                    "sudo",
                    "supervisor",
                    "tar",
                    "tcpdump",
                    "tini",
                    "tzdata",
                    "unzip",
                    "vim",
                    "wget",
                    "zip",
                    "zstd");

    private static final Map<String, String> TO_APK =
            Map.ofEntries(
                    Map.entry("build-essential", "build-base"),
                    Map.entry("dnsutils", "bind-tools"),
                    Map.entry("golang-go", "go"),
                    Map.entry("iputils-ping", "iputils"),
                    Map.entry("libbz2-dev", "bzip2-dev"),
                    Map.entry("libcurl4-openssl-dev", "curl-dev"),
                    Map.entry("libgmp-dev", "gmp-dev"),
                    Map.entry("libicu-dev", "icu-dev"),
                    Map.entry("libjpeg-dev", "libjpeg-turbo-dev"),
                    Map.entry("liblzma-dev", "xz-dev"),
                    Map.entry("libncurses-dev", "ncurses-dev"),
                    Map.entry("libreadline-dev", "readline-dev"),
                    Map.entry("libsqlite3-dev", "sqlite-dev"),
                    Map.entry("libssl-dev", "openssl-dev"),
                    Map.entry("libxslt1-dev", "libxslt-dev"),
                    Map.entry("libyaml-dev", "yaml-dev"),
                    Map.entry("pkg-config", "pkgconf"),
                    Map.entry("python3-pip", "py3-pip"),
                    Map.entry("sqlite3", "sqlite"),
                    Map.entry("xz-utils", "xz"),
                    Map.entry("zlib1g-dev", "zlib-dev"));

    private static final Map<String, String> TO_APT = inverse();

    private static final Set<String> APT_FLAGS =
            Set.of(
                    "-y",
                    "-qq",
                    "-q",
                    "-yq",
                    "-qy",
                    "-yqq",
                    "-qqy",
                    "--yes",
                    "--assume-yes",
                    "--quiet",
                    "--no-install-recommends");
    private static final Set<String> APK_FLAGS =
            Set.of("--no-cache", "--update", "-U", "-q", "--quiet", "--update-cache");

    private ManagerTranslation() {}

    private static Map<String, String> inverse() {
        Map<String, String> inverse = new HashMap<>();
        TO_APK.forEach((apt, apk) -> inverse.put(apk, apt));
        return Map.copyOf(inverse);
    }

    /// Returns the edits that let a script install with `to`, `apk` or `apt-get`, what it would
    /// with the other; none if anything is not known.
    static List<Edit> edits(LintFile file, Script script, String to) {
        if (script.exec()) {
            return List.of();
        }
        boolean apk = to.equals("apk");
        List<Edit> edits = new ArrayList<>();
        List<Command> commands = script.commands();
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            boolean apt = command.is("apt-get") || command.is("apt");
            boolean foreign = apk ? apt : command.is("apk");
            if (!foreign && !cleans(command, apk)) {
                continue;
            }
            String install = foreign ? install(command, apk) : null;
            Edit edit =
                    install != null
                            ? new Edit(file.range(script, command), install)
                            : isUnneeded(command, apk) ? removal(file, script, i) : null;
            if (edit == null) {
                return List.of();
            }
            edits.add(edit);
        }
        return edits;
    }

    private static boolean cleans(Command command, boolean apk) {
        String place = apk ? "/var/lib/apt/lists" : "/var/cache/apk";
        boolean cleans = command.is("rm") && !command.operands().isEmpty();
        for (Argument argument : command.operands()) {
            cleans &= argument.text().startsWith(place);
        }
        return cleans;
    }

    private static boolean isUnneeded(Command command, boolean apk) {
        return cleans(command, apk)
                || command.subcommand().equals("update")
                || command.subcommand().equals("clean");
    }

    private static @Nullable String install(Command command, boolean apk) {
        if (!command.subcommand().equals(apk ? "install" : "add")) {
            return null;
        }
        StringBuilder packages = new StringBuilder();
        boolean seen = false;
        for (Argument argument : command.arguments()) {
            String text = argument.text();
            if (argument.isFlag()) {
                if (!(apk ? APT_FLAGS : APK_FLAGS).contains(text)) {
                    return null;
                }
            } else if (!seen) {
                seen = true; // the subcommand
            } else {
                String other = SAME.contains(text) ? text : (apk ? TO_APK : TO_APT).get(text);
                if (other == null) {
                    return null;
                }
                packages.append(' ').append(other);
            }
        }
        if (packages.isEmpty() || !command.source().redirections().isEmpty()) {
            return null;
        }
        return apk
                ? "apk add --no-cache" + packages
                : "apt-get update && apt-get install -y --no-install-recommends"
                        + packages
                        + " && rm -rf /var/lib/apt/lists/*";
    }

    // With what joins it to the next command, or else to the one before.
    private static @Nullable Edit removal(LintFile file, Script script, int index) {
        List<Command> commands = script.commands();
        Command command = commands.get(index);
        if (!command.source().redirections().isEmpty()) {
            return null;
        }
        ScriptText source = script.source();
        int start = command.source().start();
        int end = command.source().end();
        if (index + 1 < commands.size() && command.subcommand().equals("update")) {
            int next = commands.get(index + 1).source().start();
            return joins(source.text(), end, next)
                    ? removal(file, source.offset(start), source.offset(next))
                    : null;
        }
        if (index > 0) {
            int before = commands.get(index - 1).source().end();
            return joins(source.text(), before, start)
                    ? removal(file, source.endOffset(before), source.endOffset(end))
                    : null;
        }
        return null;
    }

    // Null if a comment would be lost.
    private static @Nullable Edit removal(LintFile file, int start, int end) {
        boolean whole = start <= end && file.text().substring(start, end).indexOf('#') < 0;
        return whole ? new Edit(file.lines().range(start, end), "") : null;
    }

    private static boolean joins(String text, int start, int end) {
        return start <= end && text.substring(start, end).strip().equals("&&");
    }
}
