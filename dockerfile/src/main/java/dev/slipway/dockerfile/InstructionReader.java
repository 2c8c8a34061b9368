package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Makes typed instructions of drafts, and checks them as BuildKit does.
final class InstructionReader {
    private final Problems problems;

    InstructionReader(Problems problems) {
        this.problems = problems;
    }

    Instruction read(Draft draft, Range range, List<Heredoc> heredocs) {
        InstructionSource source = draft.source(range, heredocs);
        Instruction instruction = draft.broken() ? null : typed(draft, source);
        return instruction == null ? new Invalid(source) : instruction;
    }

    private @Nullable Instruction typed(Draft draft, InstructionSource source) {
        // `case null` would make this a pattern switch, which links slowly when the program starts.
        Keyword keyword = draft.keyword();
        if (keyword == null) {
            return unknown(source);
        }
        return switch (keyword) {
            case ADD -> add(draft, source);
            case ARG -> arg(draft, source);
            case CMD -> flagless(source) ? new Cmd(source, command(source)) : null;
            case COPY -> copy(draft, source);
            case ENTRYPOINT -> flagless(source) ? new Entrypoint(source, command(source)) : null;
            case ENV -> pairs(draft, source) ? new Env(source, keyValues(draft)) : null;
            case EXPOSE -> expose(draft, source);
            case FROM -> FromReader.read(draft, source, problems);
            case HEALTHCHECK -> HealthcheckReader.read(draft, source, problems);
            case LABEL -> pairs(draft, source) ? new Label(source, keyValues(draft)) : null;
            case MAINTAINER -> one(draft, source) ? new Maintainer(source, first(source)) : null;
            case ONBUILD -> onBuild(draft, source);
            case RUN -> RunReader.read(source, command(source), problems);
            case SHELL -> shell(draft, source);
            case STOPSIGNAL -> stopSignal(draft, source);
            case USER -> one(draft, source) ? new User(source, first(source)) : null;
            case VOLUME -> volume(draft, source);
            case WORKDIR -> one(draft, source) ? new Workdir(source, first(source)) : null;
        };
    }

    private @Nullable Instruction unknown(InstructionSource source) {
        String keyword = source.keyword().text();
        problems.error(
                "unknown instruction: " + keyword,
                source.keyword().range(),
                Keyword.nearest(keyword));
        return null;
    }

    private boolean flagless(InstructionSource source) {
        new FlagReader(source.flags(), problems);
        return true;
    }

    // BuildKit drops the flags of these without a word.
    private void warnOfFlags(InstructionSource source) {
        for (Flag flag : source.flags()) {
            String name = source.keyword().text().toUpperCase(Locale.ROOT);
            problems.warning(
                    null, name + " takes no flags: --" + flag.name() + " is ignored", flag.range());
        }
    }

    private boolean one(Draft draft, InstructionSource source) {
        flagless(source);
        return exactlyOne(draft, source);
    }

    private boolean exactlyOne(Draft draft, InstructionSource source) {
        if (source.arguments().size() != 1) {
            problems.error(draft.keyword() + " requires exactly one argument", draft.place());
            return false;
        }
        return true;
    }

    private boolean atLeastOne(Draft draft, InstructionSource source) {
        if (source.arguments().isEmpty()) {
            problems.error(draft.keyword() + " requires at least one argument", draft.place());
            return false;
        }
        return true;
    }

    private static String first(InstructionSource source) {
        return source.arguments().getFirst().text();
    }

    private static List<String> texts(List<Word> words) {
        List<String> texts = new ArrayList<>(words.size());
        for (Word word : words) {
            texts.add(word.text());
        }
        return texts;
    }

    private static CommandForm command(InstructionSource source) {
        return source.json()
                ? new CommandForm.Exec(texts(source.arguments()))
                : new CommandForm.ShellForm(source.rest().text());
    }

    private @Nullable Instruction arg(Draft draft, InstructionSource source) {
        warnOfFlags(source);
        if (!atLeastOne(draft, source)) {
            return null;
        }
        List<ArgDefinition> definitions = new ArrayList<>();
        for (Word word : source.arguments()) {
            int equals = word.text().indexOf('=');
            if (equals == 0) {
                problems.error("ARG names can not be blank", word.range());
                return null;
            }
            definitions.add(
                    equals < 0
                            ? new ArgDefinition(word.text(), null, word.range())
                            : new ArgDefinition(
                                    word.text().substring(0, equals),
                                    word.text().substring(equals + 1),
                                    word.range()));
        }
        return new Arg(source, definitions);
    }

    private boolean pairs(Draft draft, InstructionSource source) {
        flagless(source);
        if (!atLeastOne(draft, source)) {
            return false;
        }
        for (ArgumentSplitter.Pair pair : draft.pairs()) {
            if (pair.key().text().isEmpty()) {
                Word value = pair.value();
                problems.error(
                        draft.keyword() + " names can not be blank",
                        value == null ? draft.place() : value.range());
                return false;
            }
        }
        return true;
    }

    private static List<KeyValue> keyValues(Draft draft) {
        List<KeyValue> out = new ArrayList<>(draft.pairs().size());
        for (ArgumentSplitter.Pair pair : draft.pairs()) {
            Word key = pair.key();
            Word value = pair.value();
            if (value != null) {
                Range range = new Range(key.range().start(), value.range().end());
                out.add(
                        new KeyValue(
                                key.text(),
                                value.text(),
                                pair.legacy(),
                                range,
                                key.range(),
                                value.range()));
            }
        }
        return out;
    }

    private @Nullable Instruction expose(Draft draft, InstructionSource source) {
        flagless(source);
        return atLeastOne(draft, source) ? new Expose(source, texts(source.arguments())) : null;
    }

    private @Nullable Instruction volume(Draft draft, InstructionSource source) {
        flagless(source);
        if (!atLeastOne(draft, source)) {
            return null;
        }
        List<String> paths = new ArrayList<>();
        for (Word word : source.arguments()) {
            String path = word.text();
            int start = Chars.skipSpace(path, 0, path.length());
            if (start == path.length()) {
                problems.error("VOLUME specified can not be an empty string", word.range());
                return null;
            }
            paths.add(path.substring(start, Chars.dropSpace(path, start, path.length())));
        }
        return new Volume(source, paths);
    }

    private @Nullable Instruction shell(Draft draft, InstructionSource source) {
        flagless(source);
        if (!atLeastOne(draft, source)) {
            return null;
        }
        if (!source.json()) {
            problems.error("SHELL requires the arguments to be in JSON form", draft.place());
            return null;
        }
        return new Shell(source, texts(source.arguments()));
    }

    private @Nullable Instruction stopSignal(Draft draft, InstructionSource source) {
        warnOfFlags(source);
        return exactlyOne(draft, source) ? new StopSignal(source, first(source)) : null;
    }

    private @Nullable Instruction onBuild(Draft draft, InstructionSource source) {
        Draft trigger = draft.trigger();
        flagless(source);
        if (trigger == null) {
            problems.error("ONBUILD requires at least one argument", draft.place());
            return null;
        }
        Word keyword = trigger.split().keyword();
        if (trigger.keyword() == Keyword.ONBUILD) {
            problems.error("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", keyword.range());
            return null;
        }
        if (trigger.keyword() == Keyword.FROM || trigger.keyword() == Keyword.MAINTAINER) {
            problems.error(
                    trigger.keyword() + " isn't allowed as an ONBUILD trigger", keyword.range());
            return null;
        }
        problems.inTrigger(true);
        Range range = new Range(keyword.range().start(), source.range().end());
        Instruction triggered = read(trigger, range, source.heredocs());
        problems.inTrigger(false);
        String expression = Heredocs.appended(triggered.original(), source.heredocs());
        return new OnBuild(source, expression, triggered);
    }

    private @Nullable Instruction copy(Draft draft, InstructionSource source) {
        FlagReader flags =
                new FlagReader(
                        source.flags(),
                        problems,
                        "from",
                        "chown",
                        "chmod",
                        "link?",
                        "parents?",
                        "exclude*");
        SourceList sources = SourceList.read(draft, source, problems);
        if (sources == null) {
            return null;
        }
        return new Copy(
                source,
                sources.paths(),
                sources.destination(),
                sources.heredocs(),
                flags.string("from"),
                flags.string("chown"),
                flags.string("chmod"),
                flags.isTrue("link"),
                flags.isTrue("parents"),
                flags.strings("exclude"));
    }

    private @Nullable Instruction add(Draft draft, InstructionSource source) {
        FlagReader flags =
                new FlagReader(
                        source.flags(),
                        problems,
                        "chown",
                        "chmod",
                        "link?",
                        "checksum",
                        "keep-git-dir?",
                        "unpack?",
                        "exclude*");
        SourceList sources = SourceList.read(draft, source, problems);
        if (sources == null) {
            return null;
        }
        return new Add(
                source,
                sources.paths(),
                sources.destination(),
                sources.heredocs(),
                flags.string("chown"),
                flags.string("chmod"),
                flags.isTrue("link"),
                flags.string("checksum"),
                flags.bool("keep-git-dir"),
                flags.bool("unpack"),
                flags.strings("exclude"));
    }
}
