package dev.slipway.build.bake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/// What a function was called with, converted to what it asks for.
record Arguments(List<Value> values) {
    /// No function makes more of its arguments.
    static final int MAX_LENGTH = 16 << 20;

    int size() {
        return values.size();
    }

    Value value(int index) {
        return values.get(index);
    }

    String text(int index) throws FunctionException {
        var text = Conversion.text(values.get(index));
        if (text == null) {
            throw wrong(index, "a string");
        }
        return text;
    }

    BigDecimal number(int index) throws FunctionException {
        var number = Conversion.number(values.get(index));
        if (number == null) {
            throw wrong(index, "a number");
        }
        return number;
    }

    int whole(int index) throws FunctionException {
        try {
            return number(index).intValueExact();
        } catch (ArithmeticException _) {
            throw wrong(index, "a whole number");
        }
    }

    boolean truth(int index) throws FunctionException {
        var truth = Conversion.truth(values.get(index));
        if (truth == null) {
            throw wrong(index, "true or false");
        }
        return truth;
    }

    List<Value> items(int index) throws FunctionException {
        if (values.get(index) instanceof Value.Items(List<Value> items)) {
            return items;
        }
        throw wrong(index, "a list");
    }

    List<String> texts(int index) throws FunctionException {
        List<String> texts = new ArrayList<>();
        for (var item : items(index)) {
            var text = Conversion.text(item);
            if (text == null) {
                throw wrong(index, "a list of strings");
            }
            texts.add(text);
        }
        return texts;
    }

    SortedMap<String, Value> fields(int index) throws FunctionException {
        if (values.get(index) instanceof Value.Fields(SortedMap<String, Value> members)) {
            return members;
        }
        throw wrong(index, "an object");
    }

    FunctionException wrong(int index, String wanted) {
        return new FunctionException(
                index, "expected " + wanted + ", found " + values.get(index).typeName());
    }
}
