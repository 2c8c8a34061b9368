package dev.slipway.lint;

/// What there is to say about a rule. All but the examples is one paragraph.
///
/// @param what it reports
/// @param why that matters
/// @param bad a Dockerfile it reports, or a part of one
/// @param good the same, put right
/// @param remedy how to put it right
public record RuleText(String what, String why, String bad, String good, String remedy) {}
