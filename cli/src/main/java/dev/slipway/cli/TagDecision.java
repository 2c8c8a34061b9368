package dev.slipway.cli;

import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Table;
import dev.slipway.pipeline.PlannedTag;
import dev.slipway.pipeline.TagDecisions.Action;
import dev.slipway.pipeline.TagDecisions.Decision;
import dev.slipway.pipeline.TagPlan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Decisions about tags, for people and programs.
final class TagDecision {
    private TagDecision() {}

    static Table table(List<Decision> decisions) {
        Table table = new Table("TAG", "ACTION", "REASON");
        for (Decision each : decisions) {
            table.row(reference(each), action(each), each.reason());
        }
        return table;
    }

    static List<Map<String, Object>> json(List<Decision> decisions) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Decision each : decisions) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("reference", reference(each));
            json.put("action", action(each));
            json.put("reason", each.reason());
            list.add(json);
        }
        return list;
    }

    private static String reference(Decision decision) {
        return decision.image() + ":" + decision.tag().name();
    }

    private static String action(Decision decision) {
        return decision.action().name().toLowerCase(Locale.ROOT);
    }

    static boolean isRefused(List<Decision> decisions) {
        return decisions.stream().anyMatch(each -> each.action() == Action.REFUSE);
    }

    /// Says which tags must not be moved.
    ///
    /// @return whether there is one
    static boolean refused(List<Decision> decisions, Session session) {
        for (Decision each : decisions) {
            if (each.action() == Action.REFUSE) {
                session.err()
                        .println(
                                "error: "
                                        + reference(each)
                                        + " must not move: "
                                        + Human.printable(each.reason()));
            }
        }
        if (isRefused(decisions)) {
            session.err().println("hint: Give what you built a version of its own.");
            return true;
        }
        return false;
    }

    /// The plan without the tags that stay where they are, of which it tells. A tag that stays for
    /// one image and not for another is left out for both: a plan has one list.
    static TagPlan kept(TagPlan plan, List<Decision> decisions, Session session) {
        List<String> held = new ArrayList<>();
        for (Decision each : decisions) {
            if (each.action() == Action.HOLD) {
                held.add(each.tag().name());
                session.err()
                        .println(reference(each) + " stays: " + Human.printable(each.reason()));
            }
        }
        List<PlannedTag> tags = new ArrayList<>(plan.tags());
        tags.removeIf(tag -> held.contains(tag.name()));
        return new TagPlan(
                plan.images(),
                plan.version(),
                tags,
                plan.labels(),
                plan.annotations(),
                plan.skipped());
    }
}
