package dev.slipway.build.bake;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an expression comes to. Lists, tuples and sets are one; so are maps and objects, whose keys
/// are in order as HCL walks them.
sealed interface Value {
    record Text(String text) implements Value {}

    /// A number, without trailing zeros, so that equal numbers are equal values.
    record Num(BigDecimal number) implements Value {
        public Num {
            number = number.stripTrailingZeros();
        }
    }

    record Bool(boolean truth) implements Value {
        static final Bool TRUE = new Bool(true);
        static final Bool FALSE = new Bool(false);
    }

    record Null() implements Value {
        static final Null VALUE = new Null();
    }

    record Items(List<Value> values) implements Value {
        static final Items NONE = new Items(List.of());

        public Items {
            values = List.copyOf(values);
        }
    }

    record Fields(SortedMap<String, Value> members) implements Value {
        public Fields {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        }
    }

    static Value text(String text) {
        return new Text(text);
    }

    static Value of(long number) {
        return new Num(BigDecimal.valueOf(number));
    }

    static Value of(BigDecimal number) {
        return new Num(number);
    }

    static Value of(boolean truth) {
        return truth ? Bool.TRUE : Bool.FALSE;
    }

    static Value items(List<Value> values) {
        return new Items(values);
    }

    static Value fields(SortedMap<String, Value> members) {
        return new Fields(members);
    }

    /// What messages call its type.
    default String typeName() {
        return switch (this) {
            case Text _ -> "a string";
            case Num _ -> "a number";
            case Bool _ -> "a bool";
            case Null _ -> "null";
            case Items _ -> "a list";
            case Fields _ -> "an object";
        };
    }
}
