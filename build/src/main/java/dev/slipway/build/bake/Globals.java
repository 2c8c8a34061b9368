package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// All that HCL and JSON files define, evaluated as it is asked for. Used by one thread.
final class Globals implements Scope {
    /// A block under one of its names: a matrix gives it several.
    record Instance(String name, Body.Block block, Scope scope) {}

    private static final Set<String> BLOCK_TYPES =
            Set.of("variable", "function", "target", "group");

    private final BakeEnvironment environment;
    private final Map<String, String> builtIn;
    private final Evaluator evaluator;
    private final TargetReader reader;
    private final Map<String, Body.Attribute> attributes = new LinkedHashMap<>();
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final Map<String, Body.Block> functions = new LinkedHashMap<>();
    private final List<Body.Block> blocks = new ArrayList<>();
    private final Map<String, Value> known = new HashMap<>();
    private final Map<String, UserFunction> knownFunctions = new HashMap<>();
    private final Set<String> inProgress = new HashSet<>();
    private @Nullable List<Instance> instances;
    private boolean expanding;

    Globals(List<Body> files, BakeEnvironment environment) throws BakeException {
        this.environment = environment;
        this.builtIn = environment.builtIn();
        this.evaluator = new Evaluator(environment.functions());
        this.reader = new TargetReader(evaluator);
        for (var file : files) {
            for (var attribute : file.attributes()) {
                attributes.put(attribute.name(), attribute);
            }
            for (var block : file.blocks()) {
                add(block);
            }
        }
    }

    private void add(Body.Block block) throws BakeException {
        if (!BLOCK_TYPES.contains(block.type())) {
            throw BakeException.at(
                    block.span(),
                    "there is no block " + block.type(),
                    Nearest.questionOrList(block.type(), BLOCK_TYPES, "blocks"));
        }
        if (block.labels().size() != 1) {
            throw BakeException.at(
                    block.span(),
                    "a " + block.type() + " has one name",
                    "write " + block.type() + " \"name\" { … }");
        }
        switch (block.type()) {
            case "variable" -> variables.put(block.name(), Variable.of(block));
            case "function" -> functions.put(block.name(), block);
            default -> blocks.add(block);
        }
    }

    @Override
    public @Nullable Value value(String name) throws BakeException {
        var value = known.get(name);
        if (value != null) {
            return value;
        }
        var fixed = builtIn.get(name);
        if (fixed != null) {
            return Value.text(fixed);
        }
        var attribute = attributes.get(name);
        var variable = variables.get(name);
        if (attribute != null) {
            var own = once(name, attribute.value(), attribute.span(), this);
            value = variable == null ? own : variable.value(own, environment, variables.keySet());
        } else if (variable != null) {
            var initial = variable.initial();
            var own = initial == null ? null : once(name, initial, variable.span(), this);
            value = variable.value(own, environment, variables.keySet());
        } else {
            return null;
        }
        known.put(name, value);
        return value;
    }

    /// Evaluates what `key` names, unless that is being done already.
    private Value once(String key, Expr expr, Span at, Scope scope) throws BakeException {
        if (!inProgress.add(key)) {
            throw BakeException.at(at, key + " depends on itself");
        }
        try {
            return evaluator.value(expr, scope);
        } finally {
            inProgress.remove(key);
        }
    }

    @Override
    public @Nullable UserFunction function(String name) throws BakeException {
        var function = knownFunctions.get(name);
        var block = functions.get(name);
        if (function != null || block == null) {
            return function;
        }
        for (var member : block.body().attributes()) {
            if (!Set.of("params", "variadic_params", "result", "description")
                    .contains(member.name())) {
                throw BakeException.at(
                        member.span(),
                        "a function has no attribute " + member.name(),
                        "it has params, variadic_params and result");
            }
        }
        var params = block.body().value("params");
        var result = block.body().value("result");
        if (params == null || result == null) {
            throw BakeException.at(
                    block.span(),
                    "the function " + name + " has no " + (params == null ? "params" : "result"));
        }
        if (!(params instanceof Expr.Items(List<Expr> exprs, _))) {
            throw BakeException.at(params.span(), "params is a list of names");
        }
        List<String> parameters = new ArrayList<>();
        for (var expr : exprs) {
            parameters.add(parameter(expr));
        }
        var rest = block.body().value("variadic_params");
        function =
                new UserFunction(
                        name, parameters, rest == null ? null : parameter(rest), result, this);
        knownFunctions.put(name, function);
        return function;
    }

    private static String parameter(Expr expr) throws BakeException {
        return switch (expr) {
            case Expr.Name(String name, _) -> name;
            case Expr.Literal(Value.Text(String name), _) -> name; // as JSON has it
            default -> throw BakeException.at(expr.span(), "a parameter is a name");
        };
    }

    @Override
    public @Nullable Value block(String type, String label, @Nullable String attribute, Span at)
            throws BakeException {
        Instance last = null;
        for (var instance : instances(at)) {
            if (instance.block().type().equals(type)
                    && instance.name().equals(label)
                    && (last == null
                            || attribute == null
                            || instance.block().body().attribute(attribute) != null)) {
                last = instance;
            }
        }
        if (last == null) {
            return null;
        }
        if (attribute != null) {
            return attribute.equals("name") ? Value.text(last.name()) : member(last, attribute, at);
        }
        var members = new TreeMap<String, Value>();
        for (var name : last.block().body().names()) {
            members.put(name, member(last, name, at));
        }
        return Value.fields(members);
    }

    private Value member(Instance instance, String name, Span at) throws BakeException {
        var key = instance.block().type() + "." + instance.name() + "." + name;
        var value = known.get(key);
        if (value != null) {
            return value;
        }
        var expr = instance.block().body().value(name);
        if (expr == null) {
            if (TargetAttribute.of(name) == null && !TargetAttribute.OTHERS.contains(name)) {
                throw BakeException.at(
                        at,
                        "a target has no attribute " + name,
                        Nearest.question(name, TargetAttribute.keys()));
            }
            return Value.Null.VALUE;
        }
        value = once(key, expr, at, instance.scope());
        known.put(key, value);
        return value;
    }

    /// All targets and groups, under each of their names, in the order written.
    List<Instance> instances(@Nullable Span at) throws BakeException {
        var all = instances;
        if (all != null) {
            return all;
        }
        if (expanding) {
            throw new BakeException(
                    "a matrix and a name cannot depend on a target",
                    at == null ? null : at.place(),
                    null);
        }
        expanding = true;
        all = new ArrayList<>();
        try {
            for (var block : blocks) {
                expand(block, all);
            }
        } finally {
            expanding = false;
        }
        instances = all;
        return all;
    }

    private void expand(Body.Block block, List<Instance> into) throws BakeException {
        checkName(block.name(), block.labels().getFirst().span());
        var nameExpr = block.type().equals("target") ? block.body().value("name") : null;
        var matrix = reader.matrix(block, this);
        if (matrix == null) {
            if (nameExpr != null) {
                throw BakeException.at(nameExpr.span(), "name requires a matrix");
            }
            into.add(new Instance(block.name(), block, this));
            return;
        }
        Set<String> names = new HashSet<>();
        for (var row : matrix) {
            var scope = new Locals(row, this);
            var name = nameExpr == null ? block.name() : evaluator.text(nameExpr, scope);
            var span = nameExpr == null ? block.span() : nameExpr.span();
            checkName(name, span);
            if (!names.add(name)) {
                throw BakeException.at(
                        span,
                        "the matrix gives two targets the name " + name,
                        nameExpr == null ? "add name = \"…\" with the matrix' values in it" : null);
            }
            into.add(new Instance(name, block, scope));
        }
    }

    private static void checkName(String name, Span span) throws BakeException {
        boolean valid = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            valid &=
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '_'
                            || c == '-';
        }
        if (!valid) {
            throw BakeException.at(
                    span,
                    "'" + name + "' is no name of a target",
                    "it takes letters, digits, _ and -; sanitize() makes one of any text");
        }
    }

    TargetReader reader() {
        return reader;
    }

    /// Evaluates every variable, and checks what they must fulfil.
    List<BakeVariable> checkVariables() throws BakeException {
        for (var name : attributes.keySet()) {
            value(name);
        }
        for (var name : functions.keySet()) {
            function(name);
        }
        for (var variable : variables.values()) {
            value(variable.name());
        }
        List<BakeVariable> checked = new ArrayList<>();
        for (var variable : variables.values()) {
            variable.validate(evaluator, this);
            var value = value(variable.name());
            checked.add(variable.described(value == null ? Value.Null.VALUE : value));
        }
        return checked;
    }

    @Override
    public Collection<String> names() {
        var names = new HashSet<>(variables.keySet());
        names.addAll(attributes.keySet());
        names.addAll(builtIn.keySet());
        names.add("target");
        names.add("group");
        return names;
    }

    @Override
    public Collection<String> functionNames() {
        return functions.keySet();
    }
}
