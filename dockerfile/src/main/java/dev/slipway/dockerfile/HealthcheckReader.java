package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads `HEALTHCHECK`.
final class HealthcheckReader {
    private static final long MIN_NANOS = 1_000_000;

    private final InstructionSource source;
    private final Problems problems;

    private HealthcheckReader(InstructionSource source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    static @Nullable Healthcheck read(Draft draft, InstructionSource source, Problems problems) {
        if (source.arguments().isEmpty()) {
            problems.error("HEALTHCHECK requires at least one argument", draft.place());
            return null;
        }
        HealthcheckReader reader = new HealthcheckReader(source, problems);
        Word type = source.arguments().getFirst();
        return switch (type.text().toUpperCase(Locale.ROOT)) {
            case "NONE" -> reader.none();
            case "CMD" -> reader.command();
            default -> {
                problems.error(
                        "Unknown type " + Chars.quoted(type.text()) + " in HEALTHCHECK (try CMD)",
                        type.range());
                yield null;
            }
        };
    }

    private @Nullable Healthcheck none() {
        List<Word> words = source.arguments();
        if (words.size() > 1) {
            Position start = words.get(1).range().start();
            problems.error(
                    "HEALTHCHECK NONE takes no arguments",
                    new Range(start, words.getLast().range().end()));
            return null;
        }
        for (Flag flag : source.flags()) {
            problems.warning(
                    null,
                    "HEALTHCHECK NONE takes no flags: --" + flag.name() + " is ignored",
                    flag.range());
        }
        Duration zero = Duration.ZERO;
        return new Healthcheck(source, null, zero, zero, zero, zero, 0);
    }

    private @Nullable Healthcheck command() {
        FlagReader flags =
                new FlagReader(
                        source.flags(),
                        problems,
                        "interval",
                        "timeout",
                        "start-period",
                        "start-interval",
                        "retries");
        List<Word> words = source.arguments();
        if (words.size() < 2) {
            problems.error("Missing command after HEALTHCHECK CMD", words.getFirst().range());
            return null;
        }
        List<String> args = new ArrayList<>();
        for (Word word : words.subList(1, words.size())) {
            args.add(word.text());
        }
        return new Healthcheck(
                source,
                source.json()
                        ? new CommandForm.Exec(args)
                        : new CommandForm.ShellForm(args.getFirst()),
                duration(flags, "interval"),
                duration(flags, "timeout"),
                duration(flags, "start-period"),
                duration(flags, "start-interval"),
                retries(flags));
    }

    private Duration duration(FlagReader flags, String name) {
        Flag flag = flags.find(name);
        String value = flags.string(name);
        if (flag == null || value == null) {
            return Duration.ZERO;
        }
        Range place = flag.valueRange() == null ? flag.range() : flag.valueRange();
        Long nanos = GoDuration.parse(value);
        if (nanos == null) {
            problems.error(
                    "invalid duration "
                            + Chars.quoted(value)
                            + " for --"
                            + name
                            + ": want a number with a unit, such as 30s or 1m30s",
                    place);
            return Duration.ZERO;
        }
        if (nanos != 0 && nanos < MIN_NANOS) {
            problems.error("Interval \"" + name + "\" cannot be less than 1ms", place);
            return Duration.ZERO;
        }
        return Duration.ofNanos(nanos);
    }

    private int retries(FlagReader flags) {
        Flag flag = flags.find("retries");
        String value = flags.string("retries");
        if (flag == null || value == null) {
            return 0;
        }
        Range place = flag.valueRange() == null ? flag.range() : flag.valueRange();
        try {
            int retries = Integer.parseInt(value);
            if (retries >= 0) {
                return retries;
            }
            problems.error("--retries cannot be negative (" + retries + ")", place);
        } catch (NumberFormatException e) {
            problems.error("invalid number " + Chars.quoted(value) + " for --retries", place);
        }
        return 0;
    }
}
