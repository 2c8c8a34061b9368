package dev.slipway.build.bake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Functions of lists and objects.
final class CollectionFunctions {
    static final int MAX_ELEMENTS = 100_000;

    private CollectionFunctions() {}

    static void addTo(Functions to) {
        to.add("chunklist", 2, CollectionFunctions::chunk);
        to.add("coalesce", 1, -1, CollectionFunctions::coalesce);
        to.add("coalescelist", 1, -1, CollectionFunctions::coalesceList);
        to.add("compact", 1, CollectionFunctions::compact);
        to.add("concat", 1, -1, CollectionFunctions::concat);
        to.add("contains", 2, a -> Value.of(a.items(0).contains(a.value(1))));
        to.add("distinct", 1, a -> Value.items(a.items(0).stream().distinct().toList()));
        to.add("element", 2, CollectionFunctions::element);
        to.add("flatten", 1, a -> Value.items(flatten(a.items(0), new ArrayList<>())));
        to.add("hasindex", 2, a -> Value.of(hasIndex(a)));
        to.add("index", 2, CollectionFunctions::index);
        to.add("indexof", 2, CollectionFunctions::indexOf);
        to.add("keys", 1, CollectionFunctions::keys);
        to.add("values", 1, a -> Value.items(List.copyOf(a.fields(0).values())));
        to.add("length", 1, a -> Value.of(length(a)));
        to.add("lookup", 2, 3, CollectionFunctions::lookup);
        to.add("merge", 0, -1, CollectionFunctions::merge);
        to.add("range", 1, 3, CollectionFunctions::range);
        to.add("reverselist", 1, a -> Value.items(a.items(0).reversed()));
        to.add("slice", 2, 3, CollectionFunctions::slice);
        to.add("sort", 1, a -> texts(a.texts(0).stream().sorted().toList()));
        to.add("zipmap", 2, CollectionFunctions::zip);
    }

    static Value texts(Iterable<String> texts) {
        List<Value> values = new ArrayList<>();
        for (var text : texts) {
            values.add(Value.text(text));
        }
        return Value.items(values);
    }

    private static Value chunk(Arguments a) throws FunctionException {
        var items = a.items(0);
        int size = a.whole(1);
        if (size < 0) {
            throw new FunctionException(1, "the size must not be negative");
        }
        if (size == 0) {
            return Value.items(List.of(a.value(0)));
        }
        List<Value> chunks = new ArrayList<>();
        for (int i = 0; i < items.size(); i += size) {
            chunks.add(Value.items(items.subList(i, Math.min(items.size(), i + size))));
        }
        return Value.items(chunks);
    }

    private static Value coalesce(Arguments a) throws FunctionException {
        for (var value : a.values()) {
            if (!(value instanceof Value.Null)) {
                return value;
            }
        }
        throw new FunctionException("all arguments are null");
    }

    private static Value coalesceList(Arguments a) throws FunctionException {
        for (int i = 0; i < a.size(); i++) {
            if (!(a.value(i) instanceof Value.Null) && !a.items(i).isEmpty()) {
                return a.value(i);
            }
        }
        throw new FunctionException("all lists are empty");
    }

    private static Value compact(Arguments a) throws FunctionException {
        List<Value> kept = new ArrayList<>();
        for (var item : a.items(0)) {
            if (!(item instanceof Value.Null) && !item.equals(Value.text(""))) {
                kept.add(item);
            }
        }
        return Value.items(kept);
    }

    private static Value concat(Arguments a) throws FunctionException {
        List<Value> all = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            all.addAll(bounded(all.size(), a.items(i)));
        }
        return Value.items(all);
    }

    /// `more`, if there may be that many.
    private static List<Value> bounded(int size, List<Value> more) throws FunctionException {
        if ((long) size + more.size() > MAX_ELEMENTS) {
            throw new FunctionException("more than " + MAX_ELEMENTS + " elements");
        }
        return more;
    }

    private static Value element(Arguments a) throws FunctionException {
        var items = a.items(0);
        if (items.isEmpty()) {
            throw new FunctionException(0, "the list is empty");
        }
        return items.get(Math.floorMod(a.whole(1), items.size()));
    }

    private static List<Value> flatten(List<Value> items, List<Value> into)
            throws FunctionException {
        bounded(into.size(), items);
        for (var item : items) {
            if (item instanceof Value.Items(List<Value> inner)) {
                flatten(inner, into);
            } else {
                into.add(item);
            }
        }
        return into;
    }

    private static boolean hasIndex(Arguments a) throws FunctionException {
        if (a.value(0) instanceof Value.Fields(SortedMap<String, Value> members)) {
            return members.containsKey(a.text(1));
        }
        var number = Conversion.number(a.value(1));
        return number != null
                && number.signum() >= 0
                && number.stripTrailingZeros().scale() <= 0
                && number.compareTo(BigDecimal.valueOf(a.items(0).size())) < 0;
    }

    private static Value index(Arguments a) throws FunctionException {
        if (!hasIndex(a)) {
            throw new FunctionException(1, "there is no such element");
        }
        return a.value(0) instanceof Value.Fields(SortedMap<String, Value> members)
                ? members.getOrDefault(a.text(1), Value.Null.VALUE)
                : a.items(0).get(a.whole(1));
    }

    private static Value indexOf(Arguments a) throws FunctionException {
        int index = a.items(0).indexOf(a.value(1));
        if (index < 0) {
            throw new FunctionException("item not found");
        }
        return Value.of(index);
    }

    private static Value keys(Arguments a) throws FunctionException {
        return texts(a.fields(0).keySet());
    }

    private static long length(Arguments a) throws FunctionException {
        return switch (a.value(0)) {
            case Value.Items(List<Value> items) -> items.size();
            case Value.Fields(SortedMap<String, Value> members) -> members.size();
            case Value.Text(String text) -> text.codePointCount(0, text.length());
            default -> throw a.wrong(0, "a list or an object");
        };
    }

    private static Value lookup(Arguments a) throws FunctionException {
        var value = a.fields(0).get(a.text(1));
        if (value != null) {
            return value;
        }
        if (a.size() == 3) {
            return a.value(2);
        }
        throw new FunctionException(1, "there is no key " + a.text(1));
    }

    private static Value merge(Arguments a) throws FunctionException {
        var all = new TreeMap<String, Value>();
        for (int i = 0; i < a.size(); i++) {
            if (!(a.value(i) instanceof Value.Null)) {
                all.putAll(a.fields(i));
            }
        }
        return Value.fields(all);
    }

    private static Value range(Arguments a) throws FunctionException {
        var start = a.size() == 1 ? BigDecimal.ZERO : a.number(0);
        var end = a.size() == 1 ? a.number(0) : a.number(1);
        var usual = end.compareTo(start) < 0 ? BigDecimal.ONE.negate() : BigDecimal.ONE;
        var step = a.size() == 3 ? a.number(2) : usual;
        if (step.signum() == 0 || step.signum() == -Integer.signum(end.compareTo(start))) {
            throw new FunctionException("this step never reaches the end");
        }
        List<Value> values = new ArrayList<>();
        for (var i = start; Integer.signum(end.compareTo(i)) == step.signum(); i = i.add(step)) {
            if (values.size() >= MAX_ELEMENTS) {
                throw new FunctionException("more than " + MAX_ELEMENTS + " elements");
            }
            values.add(Value.of(i));
        }
        return Value.items(values);
    }

    private static Value slice(Arguments a) throws FunctionException {
        var items = a.items(0);
        int start = a.whole(1);
        int end = a.size() == 3 ? a.whole(2) : items.size();
        if (start < 0 || end < start || end > items.size()) {
            throw new FunctionException(1, "the list has " + items.size() + " elements");
        }
        return Value.items(items.subList(start, end));
    }

    private static Value zip(Arguments a) throws FunctionException {
        var keys = a.texts(0);
        var items = a.items(1);
        if (keys.size() != items.size()) {
            throw new FunctionException("there must be as many keys as values");
        }
        var members = new TreeMap<String, Value>();
        for (int i = 0; i < items.size(); i++) {
            members.put(keys.get(i), items.get(i));
        }
        return Value.fields(members);
    }
}
