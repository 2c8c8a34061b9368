package dev.slipway.lint.model;

import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Range;
import dev.slipway.dockerfile.Word;
import dev.slipway.lint.Finding;
import dev.slipway.lint.Fix;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.Rule;
import dev.slipway.lint.RuleBook;
import dev.slipway.lint.RuleName;
import dev.slipway.lint.Verdict;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Collects what rules find.
public final class Findings {
    private final RuleBook book;
    private final List<Finding> list = new ArrayList<>();
    private boolean triggers;

    /// Collects findings of the rules in `book`.
    public Findings(RuleBook book) {
        this.book = book;
    }

    /// Says whether the file being looked at is what `ONBUILD`s hold: most rules do not count then.
    public void inTriggers(boolean on) {
        triggers = on;
    }

    /// Returns what was found so far.
    public List<Finding> list() {
        return list;
    }

    /// Begins a finding about an instruction, all of it unless told otherwise.
    public Report at(Instruction instruction) {
        return new Report(instruction, lines(instruction));
    }

    /// Begins a finding about a part of an instruction.
    public Report at(Instruction instruction, Range range) {
        return new Report(instruction, range);
    }

    /// Begins a finding about a place that may belong to no instruction.
    public Report at(Range range) {
        return new Report(range.start().line(), range);
    }

    // The instruction without its here-documents.
    private static Range lines(Instruction instruction) {
        Word rest = instruction.source().rest();
        Range keyword = instruction.source().keyword().range();
        boolean empty = rest.range().end().offset() <= keyword.end().offset();
        return new Range(keyword.start(), empty ? keyword.end() : rest.range().end());
    }

    /// A finding that is being put together.
    public final class Report {
        private final int line;
        private final Range range;
        private final List<Verdict> verdicts = new ArrayList<>();
        private @Nullable Rule rule;
        private @Nullable String message;
        private @Nullable String note;
        private @Nullable Fix fix;

        private Report(Instruction instruction, Range range) {
            this(instruction.range().start().line(), range);
        }

        private Report(int line, Range range) {
            this.line = line;
            this.range = range;
        }

        /// Says that the tool would find it too that has this name for the rule, in its own words
        /// and on the instruction's line.
        public Report as(String code) {
            Rule of = ruleCalled(code);
            for (RuleName name : of.names()) {
                String words = name.message();
                if (name.code().equals(code) && words != null) {
                    return as(code, words, line);
                }
            }
            throw new IllegalArgumentException(code + " has no message of its own");
        }

        /// As [#as(String)], with words that depend on what was found.
        public Report as(String code, String words) {
            return as(code, words, line);
        }

        /// As [#as(String)], reported on the line of another instruction.
        public Report as(String code, String words, int atLine) {
            rule = ruleCalled(code);
            if (!triggers || code.startsWith("DL") || code.startsWith("SC")) {
                verdicts.add(new Verdict(code, words, atLine));
            }
            return this;
        }

        // A name may be that of several rules: the first name given decides.
        private Rule ruleCalled(String code) {
            if (rule == null) {
                return book.get(code);
            }
            if (!rule.isCalled(code)) {
                throw new IllegalArgumentException(code + " is no name of " + rule.name());
            }
            return rule;
        }

        /// Says what rule it is, if no other tool finds it like this, and what to tell people.
        public Report says(String name, String words) {
            rule = book.get(name);
            message = words;
            return this;
        }

        /// Adds what is known beyond the text.
        public Report note(@Nullable String words) {
            note = words;
            return this;
        }

        /// Adds a change that makes it go away.
        public Report fix(FixKind kind, String title, Edit... edits) {
            return fix(kind, title, List.of(edits));
        }

        /// Adds a change that makes it go away; none if there are no edits.
        public Report fix(FixKind kind, String title, List<Edit> edits) {
            fix = edits.isEmpty() ? null : new Fix(kind, title, edits);
            return this;
        }

        /// Ends it.
        public void add() {
            Rule of = rule;
            if (of == null || (triggers && !of.inTriggers())) {
                return;
            }
            String words = message;
            if (words == null) {
                words = verdicts.isEmpty() ? of.text().what() : verdicts.getFirst().message();
            }
            list.add(new Finding(of, of.severity(), words, range, verdicts, note, fix));
        }
    }
}
