package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/// Reads `FROM`.
final class FromReader {
    private FromReader() {}

    static @Nullable From read(Draft draft, InstructionSource source, Problems problems) {
        FlagReader flags = new FlagReader(source.flags(), problems, "platform");
        List<Word> words = source.arguments();
        boolean named = words.size() == 3 && words.get(1).text().equalsIgnoreCase("as");
        if (!named && words.size() != 1) {
            boolean nearly =
                    words.size() == 3
                            && Suggestions.nearest(lower(words.get(1)), "as") != null
                            && words.get(1).text().length() == 2;
            problems.error(
                    "FROM requires either one or three arguments",
                    words.size() > 1
                            ? new Range(words.get(1).range().start(), words.getLast().range().end())
                            : draft.place(),
                    nearly ? "AS" : null);
            return null;
        }
        if (named && !isStageName(lower(words.get(2)))) {
            problems.error(
                    "invalid name for build stage: "
                            + Chars.quoted(words.get(2).text())
                            + ", name can't start with a number or contain symbols",
                    words.get(2).range());
            return null;
        }
        String name = named ? words.get(2).text() : null;
        return new From(source, words.getFirst().text(), flags.string("platform"), name);
    }

    private static String lower(Word word) {
        return word.text().toLowerCase(Locale.ROOT);
    }

    private static boolean isStageName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z';
            if (!letter && (i == 0 || !(Chars.isDigit(c) || c == '-' || c == '_' || c == '.'))) {
                return false;
            }
        }
        return true;
    }
}
