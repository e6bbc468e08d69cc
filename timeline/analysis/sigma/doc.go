// Package sigma reads Sigma rules: one event at a time, with fields and
// modifiers that test a value. What it cannot honour it refuses by name, so
// that no rule is silently unmatched: keywords without a field, aggregation,
// correlation, placeholders, rules of several documents, anchors.
//
// The package knows no log: which field is which column, and which log source
// which evidence, is its caller's business. It ships no rule.
package sigma
