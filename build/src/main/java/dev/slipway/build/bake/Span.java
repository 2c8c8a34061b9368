package dev.slipway.build.bake;

/// A stretch of a bake file, from `start` up to `end`.
record Span(SourceText source, int start, int end) {

    BakePlace place() {
        return source.place(start, end);
    }

    Span to(Span last) {
        return new Span(source, start, Math.max(end, last.end));
    }
}
