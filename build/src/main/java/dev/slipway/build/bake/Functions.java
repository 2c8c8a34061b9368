package dev.slipway.build.bake;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The functions every bake file may call: those of buildx.
final class Functions {
    /// What a function does.
    @FunctionalInterface
    interface Work {
        Value of(Arguments arguments) throws FunctionException;
    }

    /// @param most how many arguments at most; -1: any number
    private record Entry(int least, int most, Work work) {}

    private final Map<String, Entry> entries = new HashMap<>();

    /// @param clock what `timestamp()` reads
    /// @param home what `homedir()` says
    Functions(Clock clock, String home) {
        TextFunctions.addTo(this);
        NumberFunctions.addTo(this);
        CollectionFunctions.addTo(this);
        SetFunctions.addTo(this);
        EncodingFunctions.addTo(this);
        RegexFunctions.addTo(this);
        AddressFunctions.addTo(this);
        DateFunctions.addTo(this, clock);
        add("homedir", 0, 0, _ -> Value.text(home));
    }

    void add(String name, int least, int most, Work work) {
        entries.put(name, new Entry(least, most, work));
    }

    void add(String name, int count, Work work) {
        add(name, count, count, work);
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    Collection<String> names() {
        return entries.keySet();
    }

    Value call(Expr.Call call, List<Value> values) throws BakeException {
        var entry = entries.get(call.name());
        if (entry == null) {
            throw BakeException.at(call.span(), "there is no function " + call.name());
        }
        int count = values.size();
        if (count < entry.least() || (entry.most() >= 0 && count > entry.most())) {
            throw BakeException.at(call.span(), call.name() + " takes " + arity(entry));
        }
        try {
            return entry.work().of(new Arguments(values));
        } catch (FunctionException e) {
            int argument = Math.min(e.argument(), call.arguments().size() - 1);
            var span = argument < 0 ? call.span() : call.arguments().get(argument).span();
            throw BakeException.at(span, call.name() + ": " + e.getMessage());
        }
    }

    private static String arity(Entry entry) {
        var plural = entry.least() == 1 && entry.most() == 1 ? " argument" : " arguments";
        if (entry.most() == entry.least()) {
            return entry.least() + plural;
        }
        return entry.most() < 0
                ? "at least " + entry.least() + (entry.least() == 1 ? " argument" : " arguments")
                : entry.least() + " to " + entry.most() + " arguments";
    }
}
