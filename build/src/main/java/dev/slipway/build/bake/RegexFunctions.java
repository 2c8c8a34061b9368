package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// `regex`, `regexall` and `regex_replace`. Patterns are written as for Go's RE2, which the JDK's
/// read alike but for named groups, `(?P<name>…)`.
final class RegexFunctions {
    private static final Pattern GO_REFERENCE = Pattern.compile("\\$(?:\\{(\\w+)\\}|(\\w+)|(\\$))");

    private RegexFunctions() {}

    static void addTo(Functions to) {
        to.add("regex", 2, RegexFunctions::first);
        to.add("regexall", 2, RegexFunctions::all);
        to.add("regex_replace", 3, RegexFunctions::replace);
    }

    private static Pattern pattern(Arguments a, int index) throws FunctionException {
        try {
            return Pattern.compile(a.text(index).replace("(?P<", "(?<"));
        } catch (PatternSyntaxException e) {
            throw new FunctionException(index, "invalid pattern: " + e.getDescription());
        }
    }

    private static Value first(Arguments a) throws FunctionException {
        var pattern = pattern(a, 0);
        var matcher = pattern.matcher(a.text(1));
        if (!matcher.find()) {
            throw new FunctionException(1, "the pattern does not match");
        }
        return captures(pattern, matcher);
    }

    private static Value all(Arguments a) throws FunctionException {
        var pattern = pattern(a, 0);
        var matcher = pattern.matcher(a.text(1));
        List<Value> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(captures(pattern, matcher));
        }
        return Value.items(found);
    }

    /// The match; its groups as a list if there are any, as an object if they have names.
    private static Value captures(Pattern pattern, MatchResult match) {
        Map<String, Integer> names = pattern.namedGroups();
        if (!names.isEmpty()) {
            var members = new TreeMap<String, Value>();
            names.forEach((name, group) -> members.put(name, group(match, group)));
            return Value.fields(members);
        }
        if (match.groupCount() == 0) {
            return Value.text(match.group());
        }
        List<Value> groups = new ArrayList<>();
        for (int i = 1; i <= match.groupCount(); i++) {
            groups.add(group(match, i));
        }
        return Value.items(groups);
    }

    private static Value group(MatchResult match, int group) {
        var text = match.group(group);
        return text == null ? Value.Null.VALUE : Value.text(text);
    }

    private static Value replace(Arguments a) throws FunctionException {
        var pattern = pattern(a, 1);
        var replacement = a.text(2);
        var result =
                pattern.matcher(a.text(0))
                        .replaceAll(match ->
                                Matcher.quoteReplacement(expand(replacement, match, pattern)));
        if (result.length() > Arguments.MAX_LENGTH) {
            throw new FunctionException("the result is too long");
        }
        return Value.text(result);
    }

    /// As Go's `Regexp.Expand`: a group that is not there is nothing.
    private static String expand(String replacement, MatchResult match, Pattern pattern) {
        return GO_REFERENCE
                .matcher(replacement)
                .replaceAll(reference -> {
                    if (reference.group(3) != null) {
                        return Matcher.quoteReplacement("$");
                    }
                    var name = reference.group(1) == null ? reference.group(2) : reference.group(1);
                    int group = number(name, pattern);
                    var text = group < 0 || group > match.groupCount() ? null : match.group(group);
                    return Matcher.quoteReplacement(text == null ? "" : text);
                });
    }

    private static int number(String name, Pattern pattern) {
        var named = pattern.namedGroups().get(name);
        if (named != null) {
            return named;
        }
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
