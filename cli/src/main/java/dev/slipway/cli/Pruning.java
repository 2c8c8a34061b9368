package dev.slipway.cli;

import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.image.LabelFilter;
import dev.slipway.image.PruneFilter;
import dev.slipway.image.Reclaimed;
import dev.slipway.image.Removed;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What the commands that remove much have in common: the question, the filters, the report.
final class Pruning {
    static final Option FORCE = Option.flag("force", 'f', "Do not ask");
    static final Option FILTER =
            Option.list(
                    "filter",
                    "KEY=VALUE",
                    "Only what it holds for: until=24h, label=NAME, label!=NAME");
    private static final int LONGEST_ANSWER = 100;

    private Pruning() {}

    /// Asks unless `--force` was given; anything but yes is no.
    static boolean isAgreed(Parsed line, Session session, String what)
            throws UsageException, IOException {
        if (line.is(FORCE)) {
            return true;
        }
        session.out().println("WARNING! This will remove " + what);
        session.out().print("Are you sure you want to continue? [y/N] ");
        session.out().flush();
        StringBuilder answer = new StringBuilder();
        int c;
        while ((c = session.in().read()) >= 0 && c != '\n' && answer.length() < LONGEST_ANSWER) {
            answer.append((char) c);
        }
        String text = answer.toString().strip();
        return text.equalsIgnoreCase("y") || text.equalsIgnoreCase("yes");
    }

    static PruneFilter filter(Parsed line, boolean all, Session session) throws UsageException {
        Instant until = null;
        List<LabelFilter> labels = new ArrayList<>();
        for (String text : line.texts(FILTER)) {
            if (text.startsWith("until=")) {
                until = ImageFilter.instant(text.substring(6), session.now());
            } else if (text.startsWith("label!=")) {
                labels.add(LabelFilter.parse(text.substring(7), true));
            } else if (text.startsWith("label=")) {
                labels.add(LabelFilter.parse(text.substring(6), false));
            } else if (!text.startsWith("dangling=")) {
                throw new UsageException(
                        "invalid filter \"" + text + "\"", "There are until=, label= and label!=.");
            }
        }
        return new PruneFilter(all, until, labels);
    }

    static void report(Reclaimed reclaimed, Session session) {
        boolean headed = false;
        for (Removed removed : reclaimed.removed()) {
            String verb = verb(removed);
            if (!verb.isEmpty()) {
                if (!headed) {
                    session.out().println("Deleted:");
                    headed = true;
                }
                session.out().println(verb + removed.name());
            }
        }
        if (headed) {
            session.out().println();
        }
        session.out().println("Total reclaimed space: " + Human.size(reclaimed.bytes()));
    }

    private static String verb(Removed removed) {
        return switch (removed.kind()) {
            case NAME -> "untagged: ";
            case IMAGE -> "deleted: ";
            case LAYER -> "deleted layer: ";
            case BLOB, LOCK -> "";
            case TEMPORARY -> "deleted leftover: ";
        };
    }
}
