package dev.slipway.pipeline;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;

/// Times in the forms of moment.js: `YYYYMMDD-HHmmss`, `[week] W`.
final class Moment {
    /// Longest first, as the longest that fits is meant.
    private static final List<String> TOKENS =
            List.of(
                    "YYYY", "MMMM", "DDDD", "dddd", "MMM", "DDD", "ddd", "SSS", "GGGG", "YY", "MM",
                    "DD", "Do", "HH", "hh", "mm", "ss", "WW", "ZZ", "M", "D", "H", "h", "m", "s",
                    "A", "a", "X", "x", "Z", "W", "Q");

    private Moment() {}

    /// @param form empty: ISO 8601
    static String format(String form, ZonedDateTime time) {
        if (form.isEmpty()) {
            var offset = time.getOffset().getTotalSeconds() == 0 ? "Z" : time.getOffset().getId();
            return time.format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT))
                    + offset;
        }
        var out = new StringBuilder();
        int at = 0;
        while (at < form.length()) {
            int close = form.charAt(at) == '[' ? form.indexOf(']', at) : -1;
            if (close > 0) {
                out.append(form, at + 1, close);
                at = close + 1;
                continue;
            }
            var token = token(form, at);
            out.append(token.isEmpty() ? form.substring(at, at + 1) : value(token, time));
            at += Math.max(1, token.length());
        }
        return out.toString();
    }

    private static String token(String form, int at) {
        for (var token : TOKENS) {
            if (form.startsWith(token, at)) {
                return token;
            }
        }
        return "";
    }

    private static String value(String token, ZonedDateTime time) {
        int hour12 = (time.getHour() + 11) % 12 + 1;
        return switch (token) {
            case "YYYY" -> padded(time.getYear(), 4);
            case "GGGG" -> padded(time.get(IsoFields.WEEK_BASED_YEAR), 4);
            case "YY" -> padded(time.getYear() % 100, 2);
            case "MMMM" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "MMM" -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "MM" -> padded(time.getMonthValue(), 2);
            case "M" -> Integer.toString(time.getMonthValue());
            case "DDDD" -> padded(time.getDayOfYear(), 3);
            case "DDD" -> Integer.toString(time.getDayOfYear());
            case "DD" -> padded(time.getDayOfMonth(), 2);
            case "Do" -> time.getDayOfMonth() + ordinal(time.getDayOfMonth());
            case "D" -> Integer.toString(time.getDayOfMonth());
            case "dddd" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "ddd" -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "HH" -> padded(time.getHour(), 2);
            case "H" -> Integer.toString(time.getHour());
            case "hh" -> padded(hour12, 2);
            case "h" -> Integer.toString(hour12);
            case "mm" -> padded(time.getMinute(), 2);
            case "m" -> Integer.toString(time.getMinute());
            case "ss" -> padded(time.getSecond(), 2);
            case "s" -> Integer.toString(time.getSecond());
            case "SSS" -> padded(time.getNano() / 1_000_000, 3);
            case "A" -> time.getHour() < 12 ? "AM" : "PM";
            case "a" -> time.getHour() < 12 ? "am" : "pm";
            case "X" -> Long.toString(time.toEpochSecond());
            case "x" -> Long.toString(time.toInstant().toEpochMilli());
            case "WW" -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
            case "W" -> Integer.toString(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case "Q" -> Integer.toString(time.get(IsoFields.QUARTER_OF_YEAR));
            case "ZZ" -> zone(time, "");
            default -> zone(time, ":");
        };
    }

    private static String padded(int number, int digits) {
        var text = Integer.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    private static String ordinal(int day) {
        if (day >= 11 && day <= 13) {
            return "th";
        }
        return switch (day % 10) {
            case 1 -> "st";
            case 2 -> "nd";
            case 3 -> "rd";
            default -> "th";
        };
    }

    private static String zone(ZonedDateTime time, String separator) {
        int minutes = Math.abs(time.getOffset().getTotalSeconds()) / 60;
        return (time.getOffset().getTotalSeconds() < 0 ? "-" : "+")
                + padded(minutes / 60, 2)
                + separator
                + padded(minutes % 60, 2);
    }
}
