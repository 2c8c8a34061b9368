package dev.slipway.dockerfile;

/// A pair of an `ENV` or `LABEL`. Key and value are as written: quotes, escapes and variables are
/// still there, for [Expander#expand].
///
/// @param legacy written `KEY value`, without `=`
/// @param range the key and the value
public record KeyValue(
        String key, String value, boolean legacy, Range range, Range keyRange, Range valueRange) {}
