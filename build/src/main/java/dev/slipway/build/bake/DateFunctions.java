package dev.slipway.build.bake;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Functions of times, which are written as in RFC 3339.
final class DateFunctions {
    private static final Map<String, Double> UNITS =
            Map.of("h", 3600e9, "m", 60e9, "s", 1e9, "ms", 1e6, "us", 1e3, "µs", 1e3, "ns", 1.0);

    private DateFunctions() {}

    static void addTo(Functions to, Clock clock) {
        to.add(
                "timestamp",
                0,
                _ -> Value.text(clock.instant().truncatedTo(ChronoUnit.SECONDS).toString()));
        to.add("timeadd", 2, DateFunctions::add);
        to.add("formatdate", 2, a -> Value.text(format(a.text(0), time(a, 1))));
        to.add("unixtimestampparse", 1, DateFunctions::parts);
    }

    private static OffsetDateTime time(Arguments a, int index) throws FunctionException {
        try {
            return OffsetDateTime.parse(a.text(index));
        } catch (DateTimeException _) {
            throw new FunctionException(
                    index, "'" + a.text(index) + "' is no time such as 2006-01-02T15:04:05Z");
        }
    }

    private static Value add(Arguments a) throws FunctionException {
        try {
            var sum = time(a, 0).plus(duration(a.text(1)));
            return Value.text(sum.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
        } catch (DateTimeException | ArithmeticException _) {
            throw new FunctionException(1, "the time would be out of range");
        }
    }

    /// As Go's `time.ParseDuration`: `1h30m`, `-1.5s`.
    private static Duration duration(String text) throws FunctionException {
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        double nanos = 0;
        if (at == text.length()) {
            throw new FunctionException(1, "'" + text + "' is no duration such as 1h30m");
        }
        while (at < text.length()) {
            int start = at;
            while (at < text.length()
                    && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
                at++;
            }
            int unit = at;
            while (at < text.length() && Character.isLetter(text.charAt(at))) {
                at++;
            }
            var number = Conversion.parse(text.substring(start, unit));
            var size = UNITS.get(text.substring(unit, at));
            if (number == null || size == null) {
                throw new FunctionException(1, "'" + text + "' is no duration such as 1h30m");
            }
            nanos += number.doubleValue() * size;
        }
        var whole = Duration.ofSeconds((long) (nanos / 1e9), (long) (nanos % 1e9));
        return text.startsWith("-") ? whole.negated() : whole;
    }

    /// As cty's: runs of a letter are replaced, text in single quotes is kept, the rest too.
    private static String format(String form, OffsetDateTime time) throws FunctionException {
        var out = new StringBuilder();
        int at = 0;
        while (at < form.length()) {
            char c = form.charAt(at);
            if (c == '\'') {
                at = literal(form, at + 1, out);
                continue;
            }
            int end = at + 1;
            while (end < form.length() && form.charAt(end) == c) {
                end++;
            }
            var run = form.substring(at, end);
            out.append(isAsciiLetter(c) ? verb(run, time) : run);
            at = end;
        }
        return out.toString();
    }

    private static boolean isAsciiLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /// Copies a quoted text, in which two quotes are one; returns where it ends.
    private static int literal(String form, int start, StringBuilder out) throws FunctionException {
        int at = start;
        while (at < form.length()) {
            if (form.charAt(at) != '\'') {
                out.append(form.charAt(at++));
            } else if (at + 1 < form.length() && form.charAt(at + 1) == '\'') {
                out.append('\'');
                at += 2;
            } else {
                return at + 1;
            }
        }
        throw new FunctionException(0, "the quoted text is not closed");
    }

    private static String verb(String run, OffsetDateTime time) throws FunctionException {
        int hour12 = (time.getHour() + 11) % 12 + 1;
        return switch (run) {
            case "YYYY" -> padded(time.getYear(), 4);
            case "YY" -> padded(Math.floorMod(time.getYear(), 100), 2);
            case "MMMM" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "MMM" -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "MM" -> padded(time.getMonthValue(), 2);
            case "M" -> Integer.toString(time.getMonthValue());
            case "DD" -> padded(time.getDayOfMonth(), 2);
            case "D" -> Integer.toString(time.getDayOfMonth());
            case "EEEE" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "EEE" -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "hh" -> padded(time.getHour(), 2);
            case "h" -> Integer.toString(time.getHour());
            case "HH" -> padded(hour12, 2);
            case "H" -> Integer.toString(hour12);
            case "AA" -> time.getHour() < 12 ? "AM" : "PM";
            case "aa" -> time.getHour() < 12 ? "am" : "pm";
            case "mm" -> padded(time.getMinute(), 2);
            case "m" -> Integer.toString(time.getMinute());
            case "ss" -> padded(time.getSecond(), 2);
            case "s" -> Integer.toString(time.getSecond());
            case "ZZZZZ" -> zone(time, ":", false);
            case "ZZZZ" -> zone(time, "", false);
            case "ZZZ" -> time.getOffset().equals(ZoneOffset.UTC) ? "UTC" : zone(time, "", false);
            case "Z" -> zone(time, ":", true);
            default ->
                    throw new FunctionException(
                            0, "'" + run + "' stands for nothing; quote text with '…'");
        };
    }

    private static String padded(int number, int digits) {
        var text = Integer.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    private static String zone(OffsetDateTime time, String separator, boolean shortUtc) {
        int seconds = time.getOffset().getTotalSeconds();
        if (shortUtc && seconds == 0) {
            return "Z";
        }
        int minutes = Math.abs(seconds) / 60;
        return (seconds < 0 ? "-" : "+")
                + padded(minutes / 60, 2)
                + separator
                + padded(minutes % 60, 2);
    }

    private static Value parts(Arguments a) throws FunctionException {
        OffsetDateTime time;
        try {
            long seconds = a.number(0).longValueExact();
            time = Instant.ofEpochSecond(seconds).atOffset(ZoneOffset.UTC);
        } catch (ArithmeticException | DateTimeException _) {
            throw new FunctionException(0, "these are no seconds since 1970");
        }
        var parts = new TreeMap<String, Value>();
        parts.put("year", Value.of(time.getYear()));
        parts.put("year_day", Value.of(time.getDayOfYear()));
        parts.put("month", Value.of(time.getMonthValue()));
        parts.put(
                "month_name",
                Value.text(time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH)));
        parts.put("day", Value.of(time.getDayOfMonth()));
        parts.put("weekday", Value.of(new BigDecimal(time.getDayOfWeek().getValue() % 7)));
        parts.put(
                "weekday_name",
                Value.text(time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH)));
        parts.put("hour", Value.of(time.getHour()));
        parts.put("minute", Value.of(time.getMinute()));
        parts.put("second", Value.of(time.getSecond()));
        parts.put("iso_year", Value.of(time.get(IsoFields.WEEK_BASED_YEAR)));
        parts.put("iso_week", Value.of(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)));
        parts.put("rfc3339", Value.text(time.toInstant().toString()));
        return Value.fields(parts);
    }
}
