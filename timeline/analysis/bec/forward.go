package bec

import (
	"strings"
	"unicode"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// ruleTargets are the parameters by which an inbox rule sends mail on.
var ruleTargets = []string{"ForwardTo", "ForwardAsAttachmentTo", "RedirectTo"}

// forwardTargets are the addresses that a change sends mail to, as written,
// without the prefix smtp: and without repeats.
func forwardTargets(changes []change, parameters []string) []string {
	var targets []string
	for _, name := range parameters {
		for _, c := range changes {
			if !strings.EqualFold(c.name, name) {
				continue
			}
			for _, part := range mail.ListParts(c.new) {
				if a := mailAddress(part); a != "" && !reference.ContainsAny(targets, a) {
					targets = append(targets, a)
				}
			}
		}
	}
	return targets
}

// mailAddress is the internet address in a target like "Name" [SMTP:a@b],
// smtp:a@b, or a@b; what is no internet address (a mailbox of the own
// organisation by name, a legacy address) is given as written.
func mailAddress(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "[]\"'{}")
	if i := strings.Index(strings.ToLower(s), "smtp:"); i >= 0 {
		s = strings.Trim(s[i+len("smtp:"):], "]\"' ")
	}
	if isBlank(s) {
		return ""
	}
	return s
}

// isWordRune reports whether a rune makes a name readable.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// ruleAct says what a record did to an inbox rule: made, changed, removed …;
// empty if it is no such record.
func ruleAct(p *analysis.Pass, operation string, changes []change) string {
	table := p.Reference.Table(reference.RuleOperations)
	row, ok := table.Find(strings.TrimRight(strings.TrimSpace(operation), ". "))
	if !ok || row.Get("where") != "Operation" {
		return ""
	}
	if inner, ok := table.Find(valueOf(changes, "RuleOperation")); ok {
		return inner.Get("act")
	}
	return row.Get("act")
}

// ruleName is the name of the rule that a record is about: its Name, else
// what its Identity or the object names behind the mailbox.
func ruleName(t *timeline.Timeline, row int, changes []change) string {
	for _, name := range []string{"Name", "RuleName"} {
		for _, c := range changes {
			if strings.EqualFold(c.name, name) {
				return c.new
			}
		}
	}
	for _, s := range []string{valueOf(changes, "Identity"), t.Text(timeline.ColTarget, row)} {
		if i := strings.LastIndexByte(s, '\\'); i >= 0 {
			return s[i+1:]
		}
		if s != "" {
			return s
		}
	}
	return ""
}

// isTrue reads a parameter's switch.
func isTrue(changes []change, name string) bool {
	v := valueOf(changes, name)
	return strings.EqualFold(v, "true") || v == "1"
}

// attributedTo raises a row for an act of a suspicious actor, and says so.
func attributedTo(acts *attribution, row int, r *analysis.Row, why *[]string) {
	a, basis := acts.at(row)
	if a == nil {
		return
	}
	r.Severity = max(r.Severity, raised(a, min(r.Severity+1, analysis.Critical)))
	r.Confidence = confidence(basis)
	*why = append(*why, attributed(a, basis))
}
