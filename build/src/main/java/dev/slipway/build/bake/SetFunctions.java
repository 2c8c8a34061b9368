package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Functions that take lists as sets. What comes back is in order: numbers by size, the rest by
/// text.
final class SetFunctions {
    private static final int MAX_PRODUCT = 100_000;

    private SetFunctions() {}

    static void addTo(Functions to) {
        to.add("sethaselement", 2, a -> Value.of(a.items(0).contains(a.value(1))));
        to.add("setunion", 1, -1, a -> fold(a, Operation.UNION));
        to.add("setintersection", 1, -1, a -> fold(a, Operation.INTERSECTION));
        to.add("setsubtract", 2, a -> fold(a, Operation.SUBTRACTION));
        to.add("setsymmetricdifference", 1, -1, a -> fold(a, Operation.DIFFERENCE));
        to.add("setproduct", 1, -1, SetFunctions::product);
    }

    private enum Operation {
        UNION,
        INTERSECTION,
        SUBTRACTION,
        DIFFERENCE
    }

    private static Value fold(Arguments a, Operation operation) throws FunctionException {
        Set<Value> result = new LinkedHashSet<>(a.items(0));
        for (int i = 1; i < a.size(); i++) {
            Set<Value> with = new LinkedHashSet<>(a.items(i));
            switch (operation) {
                case UNION -> result.addAll(with);
                case INTERSECTION -> result.retainAll(with);
                case SUBTRACTION -> result.removeAll(with);
                case DIFFERENCE -> {
                    for (var value : with) {
                        if (!result.remove(value)) {
                            result.add(value);
                        }
                    }
                }
            }
        }
        return sorted(result);
    }

    private static Value sorted(Collection<Value> values) {
        List<Value> sorted = new ArrayList<>(values);
        sorted.sort(
                Comparator.comparing(
                                (Value v) -> v instanceof Value.Num(var number) ? number : null,
                                Comparator.nullsLast(Comparator.naturalOrder()))
                        .thenComparing(JsonValues::compact));
        return Value.items(sorted);
    }

    private static Value product(Arguments a) throws FunctionException {
        List<List<Value>> rows = new ArrayList<>();
        rows.add(List.of());
        for (int i = 0; i < a.size(); i++) {
            var items = a.items(i);
            if ((long) rows.size() * items.size() > MAX_PRODUCT) {
                throw new FunctionException("more than " + MAX_PRODUCT + " combinations");
            }
            List<List<Value>> longer = new ArrayList<>();
            for (var row : rows) {
                for (var item : items) {
                    List<Value> next = new ArrayList<>(row);
                    next.add(item);
                    longer.add(next);
                }
            }
            rows = longer;
        }
        List<Value> values = new ArrayList<>();
        for (var row : rows) {
            values.add(Value.items(row));
        }
        return Value.items(values);
    }
}
