package dev.slipway.build.record;

import dev.slipway.build.record.RecordedStep.Verdict;
import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// A step as the plan tells it, to which events add what became of it.
final class StepDraft {
    private final Json.Obj plan;
    private final int number;
    private Verdict verdict = Verdict.SKIPPED;
    private long startNanos = -1;
    private long nanos = -1;
    private long size;
    private int logLines;
    private @Nullable String diffId;
    private @Nullable String reason;
    private String summary = "";
    private List<String> changes = List.of();
    private @Nullable String error;

    StepDraft(Json.Obj plan) throws InvalidJsonException {
        this.plan = plan;
        this.number = (int) plan.number("number", 0);
    }

    int number() {
        return number;
    }

    /// @param atNanos when it happened, counted from the start of the build
    void on(Json.Obj event, long atNanos) throws InvalidJsonException {
        switch (event.text("event", "")) {
            case "step-started" -> {
                startNanos = atNanos;
                verdict = Verdict.CANCELED; // unless another event follows
            }
            case "step-cached" -> {
                startNanos = startNanos < 0 ? atNanos : startNanos;
                nanos = 0;
                verdict =
                        event.text("verdict", "").equals("CONTENT")
                                ? Verdict.CACHED_BY_CONTENT
                                : Verdict.CACHED;
                diffId = event.text("diffId");
            }
            case "step-explained" -> {
                reason = event.text("reason", "").toLowerCase(java.util.Locale.ROOT);
                summary = event.text("summary", "");
                var texts = event.texts("changes");
                changes = texts == null ? List.of() : texts;
            }
            case "step-finished" -> {
                verdict = Verdict.DONE;
                nanos = event.number("nanos", 0);
                diffId = event.text("diffId");
                size = event.number("size", 0);
            }
            case "step-failed" -> {
                verdict = Verdict.FAILED;
                nanos = event.number("nanos", 0);
                error = event.text("message", "");
            }
            case "step-cancelled" -> {
                verdict = Verdict.CANCELED;
                nanos = startNanos < 0 ? 0 : Math.max(0, atNanos - startNanos);
            }
            case "step-log" -> logLines++;
            default -> {}
        }
    }

    /// @param endNanos when the build's last event was: until then lasted what has no end
    RecordedStep make(long endNanos) throws InvalidJsonException {
        long lasted = nanos;
        if (lasted < 0) {
            lasted = startNanos < 0 ? 0 : Math.max(0, endNanos - startNanos);
        }
        return new RecordedStep(
                number,
                plan.text("kind", ""),
                plan.text("stage", ""),
                plan.text("name", ""),
                plan.text("instruction", ""),
                plan.text("platform", ""),
                plan.text("file"),
                (int) plan.number("firstLine", 0),
                (int) plan.number("lastLine", 0),
                inputs(),
                verdict,
                startNanos,
                lasted,
                size,
                diffId,
                reason,
                summary,
                changes,
                error,
                logLines);
    }

    private List<Integer> inputs() throws InvalidJsonException {
        var inputs = new ArrayList<Integer>();
        var values = plan.array("inputs");
        if (values != null) {
            for (var value : values) {
                if (value instanceof Json.Num(String literal)) {
                    inputs.add(Integer.valueOf(literal));
                }
            }
        }
        return inputs;
    }
}
