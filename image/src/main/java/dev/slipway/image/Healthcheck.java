package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How a container's health is probed: Docker image specification v1.2, "Healthcheck".
///
/// @param test `[]` inherits, `["NONE"]` disables, else `["CMD", …]` or `["CMD-SHELL", command]`
/// @param intervalNanos between two probes; 0 means inherited or the default, as in the other times
/// @param timeoutNanos after which a probe counts as failed
/// @param startPeriodNanos in which failures do not count
/// @param startIntervalNanos between two probes in the start period
/// @param retries failures in a row that make the container unhealthy; 0 inherits
public record Healthcheck(
        List<String> test,
        long intervalNanos,
        long timeoutNanos,
        long startPeriodNanos,
        long startIntervalNanos,
        int retries) {

    public Healthcheck {
        test = List.copyOf(test);
    }

    static @Nullable Healthcheck parse(Json.@Nullable Obj json) throws InvalidJsonException {
        if (json == null) {
            return null;
        }
        List<String> test = json.texts("Test");
        return new Healthcheck(
                test == null ? List.of() : test,
                json.number("Interval", 0),
                json.number("Timeout", 0),
                json.number("StartPeriod", 0),
                json.number("StartInterval", 0),
                Math.clamp(json.number("Retries", 0), 0, Integer.MAX_VALUE));
    }

    /// Writes the object, members in Docker's order.
    void write(JsonWriter out) {
        out.beginObject()
                .memberUnlessEmpty("Test", test)
                .memberUnlessZero("Interval", intervalNanos)
                .memberUnlessZero("Timeout", timeoutNanos)
                .memberUnlessZero("StartPeriod", startPeriodNanos)
                .memberUnlessZero("StartInterval", startIntervalNanos)
                .memberUnlessZero("Retries", retries)
                .endObject();
    }
}
