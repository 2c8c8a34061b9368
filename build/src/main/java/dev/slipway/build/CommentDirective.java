package dev.slipway.build;

import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.GoDuration;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Run;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What the `# slipway:` comments above one instruction say.
final class CommentDirective {
    private static final String RUN_KEYS = "RUN takes retry, retry-delay and timeout";
    private static final String FROM_KEYS = "FROM takes after and unset";

    private final List<String> after = new ArrayList<>();
    private final List<ConfigReset> resets = new ArrayList<>();
    private @Nullable Integer retries;
    private @Nullable Long delayNanos;
    private @Nullable Long timeoutNanos;

    /// Stages that must be done before this one begins.
    List<String> after() {
        return after;
    }

    /// What the stage does not inherit.
    List<ConfigReset> resets() {
        return resets;
    }

    /// How a RUN is tried: as said here, else as `otherwise`.
    Attempts attempts(Attempts otherwise) {
        return new Attempts(
                retries == null ? otherwise.retries() : retries,
                delayNanos == null ? otherwise.delayNanos() : delayNanos,
                timeoutNanos == null ? otherwise.timeoutNanos() : timeoutNanos);
    }

    /// Takes in one comment.
    ///
    /// @param text what follows `slipway:`
    void read(String text, Instruction target, SourceLines at) throws BuildException {
        for (int start = 0; start < text.length(); ) {
            int end = start;
            while (end < text.length() && text.charAt(end) != ' ' && text.charAt(end) != '\t') {
                end++;
            }
            if (end > start) {
                word(text.substring(start, end), target, at);
            }
            start = end + 1;
        }
    }

    private void word(String word, Instruction target, SourceLines at) throws BuildException {
        int equals = word.indexOf('=');
        var key = equals < 0 ? word : word.substring(0, equals);
        var value = equals < 0 ? "" : word.substring(equals + 1);
        if (target instanceof Run) {
            ofRun(key, value, at);
        } else if (target instanceof From) {
            ofFrom(key, value, at);
        } else {
            throw wrong(
                    "a \"# slipway:\" comment stands above RUN or FROM",
                    RUN_KEYS + "; " + FROM_KEYS,
                    at);
        }
    }

    private void ofRun(String key, String value, SourceLines at) throws BuildException {
        switch (key) {
            case "retry" -> {
                int number = PlainNumber.parse(value);
                if (number < 0 || number > 100) {
                    throw wrong("retry=" + value + " is not a number from 0 to 100", RUN_KEYS, at);
                }
                retries = number;
            }
            case "retry-delay" -> delayNanos = duration(key, value, at);
            case "timeout" -> timeoutNanos = duration(key, value, at);
            default -> throw wrong("unknown directive \"" + key + "\"", RUN_KEYS, at);
        }
    }

    private static long duration(String key, String value, SourceLines at) throws BuildException {
        var nanos = GoDuration.parse(value);
        if (nanos == null || nanos < 0) {
            throw wrong(
                    key + "=" + value + " is no duration", "write 90s, 10m or 1h30m, for one", at);
        }
        return nanos;
    }

    private void ofFrom(String key, String value, SourceLines at) throws BuildException {
        switch (key) {
            case "after" -> after.addAll(list(value));
            case "unset" -> {
                for (var one : list(value)) {
                    try {
                        resets.add(ConfigReset.parse(one));
                    } catch (IllegalArgumentException e) {
                        throw wrong(BuildException.messageOf(e), FROM_KEYS, at);
                    }
                }
            }
            default -> throw wrong("unknown directive \"" + key + "\"", FROM_KEYS, at);
        }
    }

    private static List<String> list(String value) {
        var list = new ArrayList<String>();
        for (int start = 0; start <= value.length(); ) {
            int comma = value.indexOf(',', start);
            int end = comma < 0 ? value.length() : comma;
            if (end > start) {
                list.add(value.substring(start, end));
            }
            start = end + 1;
        }
        return list;
    }

    private static BuildException wrong(String message, String hint, SourceLines at) {
        return BuildException.of(message).source(at).hint(hint).make();
    }
}
