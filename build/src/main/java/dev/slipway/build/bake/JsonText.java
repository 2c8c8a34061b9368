package dev.slipway.build.bake;

/// What a JSON string says, and where in the file each of its characters stands.
final class JsonText {
    private final SourceText source;
    private final String text;
    private final int[] origins;

    /// @param origins offsets in the file, one for each character and one for the end
    JsonText(SourceText source, String text, int[] origins) {
        this.source = source;
        this.text = text;
        this.origins = origins;
    }

    String text() {
        return text;
    }

    /// Of the string with its quotes.
    Span span() {
        return source.span(origins[0] - 1, origins[origins.length - 1] + 1);
    }

    Cursor cursor() {
        return new Cursor(source, text, origins);
    }
}
