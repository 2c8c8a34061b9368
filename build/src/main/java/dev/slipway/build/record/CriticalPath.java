package dev.slipway.build.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds the chain of steps whose durations add up to the most.
final class CriticalPath {
    private CriticalPath() {}

    /// @param steps each after those it needs
    static List<RecordedStep> of(List<RecordedStep> steps) {
        Map<Integer, RecordedStep> byNumber = new HashMap<>();
        Map<Integer, Long> until = new HashMap<>();
        Map<Integer, Integer> previous = new HashMap<>();
        int last = -1;
        long longest = 0;
        for (var step : steps) {
            byNumber.put(step.number(), step);
            long before = 0;
            for (int input : step.inputs()) {
                long nanos = until.getOrDefault(input, 0L);
                if (nanos > before) {
                    before = nanos;
                    previous.put(step.number(), input);
                }
            }
            long total = before + step.nanos();
            until.put(step.number(), total);
            if (total > longest) {
                longest = total;
                last = step.number();
            }
        }
        var path = new ArrayList<RecordedStep>();
        for (Integer at = last; at != null; at = previous.get(at)) {
            var step = byNumber.get(at);
            if (step != null && step.nanos() > 0) {
                path.add(step);
            }
        }
        return path.reversed();
    }
}
