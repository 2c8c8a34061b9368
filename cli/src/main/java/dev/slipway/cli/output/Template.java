package dev.slipway.cli.output;

import dev.slipway.cli.options.UsageException;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What `--format` takes: the part of Go's text/template that docker users write. Fields,
/// `$variables`, pipelines, parentheses, `if`/`else`, `range`, `with`, trim marks, and the
/// functions of [TemplateFunctions]. The word `json` alone stands for `{{json .}}`.
public final class Template {
    /// A piece of a template.
    sealed interface Node {
        /// Text between actions.
        record Text(String text) implements Node {}

        /// An action whose value is printed, unless it only sets a variable.
        record Output(Pipeline pipeline) implements Node {}

        /// `if`, `with` or `range`, with what follows and what follows `else`.
        record Block(String word, Pipeline pipeline, List<Node> body, List<Node> otherwise)
                implements Node {}
    }

    /// Commands joined by `|`; `variables` are set to the result.
    record Pipeline(List<String> variables, List<List<Operand>> commands) {}

    /// A value in an action.
    sealed interface Operand {
        record Literal(@Nullable Object value) implements Operand {}

        /// `.A.B`; no fields is the dot itself.
        record Field(List<String> path) implements Operand {}

        /// `$x.A`; the empty name is the root.
        record Variable(String name, List<String> path) implements Operand {}

        record Function(String name) implements Operand {}

        record Nested(Pipeline pipeline, List<String> path) implements Operand {}
    }

    private final List<Node> nodes;

    private Template(List<Node> nodes) {
        this.nodes = nodes;
    }

    /// Reads a template.
    ///
    /// @throws UsageException if the text is no template
    public static Template of(String text) throws UsageException {
        return new Template(new TemplateParser(text.equals("json") ? "{{json .}}" : text).parse());
    }

    /// `\t` and `\n` written out, as shells leave them, become the characters.
    public static String unescape(String text) {
        return text.replace("\\t", "\t").replace("\\n", "\n");
    }

    /// Prints the filled-in template and ends the line.
    public void print(Map<String, Object> data, PrintStream out) throws UsageException {
        out.println(text(data));
    }

    /// The filled-in template.
    public String text(Map<String, Object> data) throws UsageException {
        Run run = new Run(data);
        run.nodes(nodes, data);
        return run.out.toString();
    }

    /// One filling-in: output so far and variables.
    private static final class Run {
        private final StringBuilder out = new StringBuilder();
        private final Map<String, @Nullable Object> variables = new HashMap<>();

        Run(Object root) {
            variables.put("", root);
        }

        void nodes(List<Node> nodes, @Nullable Object dot) throws UsageException {
            for (Node node : nodes) {
                switch (node) {
                    case Node.Text(String text) -> out.append(text);
                    case Node.Output(Pipeline pipeline) -> {
                        Object value = evaluate(pipeline, dot);
                        if (pipeline.variables().isEmpty()) {
                            out.append(TemplateFunctions.show(value));
                        }
                    }
                    case Node.Block block -> block(block, dot);
                }
            }
        }

        private void block(Node.Block block, @Nullable Object dot) throws UsageException {
            if (block.word().equals("range")) {
                range(block, dot);
                return;
            }
            Object value = evaluate(block.pipeline(), dot);
            if (TemplateFunctions.isTrue(value)) {
                nodes(block.body(), block.word().equals("with") ? value : dot);
            } else {
                nodes(block.otherwise(), dot);
            }
        }

        private void range(Node.Block block, @Nullable Object dot) throws UsageException {
            Pipeline plain = new Pipeline(List.of(), block.pipeline().commands());
            Object value = evaluate(plain, dot);
            if (!TemplateFunctions.isTrue(value)) {
                nodes(block.otherwise(), dot);
            } else if (value instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    each(block, entry.getKey(), entry.getValue());
                }
            } else if (value instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    each(block, i, list.get(i));
                }
            } else {
                throw TemplateFunctions.wrong(
                        "range needs a list, not " + TemplateFunctions.show(value));
            }
        }

        private void each(Node.Block block, @Nullable Object key, @Nullable Object value)
                throws UsageException {
            List<String> names = block.pipeline().variables();
            if (!names.isEmpty()) {
                variables.put(names.getLast(), value);
            }
            if (names.size() == 2) {
                variables.put(names.getFirst(), key);
            }
            nodes(block.body(), value);
        }

        private @Nullable Object evaluate(Pipeline pipeline, @Nullable Object dot)
                throws UsageException {
            Object value = null;
            boolean piped = false;
            for (List<Operand> command : pipeline.commands()) {
                value = command(command, dot, value, piped);
                piped = true;
            }
            for (String name : pipeline.variables()) {
                variables.put(name, value);
            }
            return value;
        }

        private @Nullable Object command(
                List<Operand> command, @Nullable Object dot, @Nullable Object input, boolean piped)
                throws UsageException {
            if (!(command.getFirst() instanceof Operand.Function(String name))) {
                if (command.size() > 1 || piped) {
                    throw TemplateFunctions.wrong("only a function takes arguments");
                }
                return operand(command.getFirst(), dot);
            }
            int given = command.size() - 1;
            @Nullable Object[] arguments = new @Nullable Object[given + (piped ? 1 : 0)];
            for (int i = 0; i < given; i++) {
                arguments[i] = operand(command.get(i + 1), dot);
            }
            if (piped) {
                arguments[given] = input;
            }
            return TemplateFunctions.call(name, arguments);
        }

        private @Nullable Object operand(Operand operand, @Nullable Object dot)
                throws UsageException {
            return switch (operand) {
                case Operand.Literal(var value) -> value;
                case Operand.Field(List<String> path) -> fields(dot, path);
                case Operand.Variable(String name, List<String> path) -> {
                    if (!variables.containsKey(name)) {
                        throw TemplateFunctions.wrong("undefined variable $" + name);
                    }
                    yield fields(variables.get(name), path);
                }
                case Operand.Nested(Pipeline pipeline, List<String> path) ->
                        fields(evaluate(pipeline, dot), path);
                case Operand.Function(String name) ->
                        TemplateFunctions.call(name, new @Nullable Object[0]);
            };
        }

        private static @Nullable Object fields(@Nullable Object from, List<String> path)
                throws UsageException {
            Object value = from;
            for (String name : path) {
                value = TemplateFunctions.field(value, name);
            }
            return value;
        }
    }
}
