package change

import (
	"strings"
	"unicode"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// RuleTargets are the parameters by which an inbox rule sends mail on.
var RuleTargets = []string{"ForwardTo", "ForwardAsAttachmentTo", "RedirectTo"}

// ForwardTargets are the addresses that a change sends mail to, as written,
// without the prefix smtp: and without repeats.
func ForwardTargets(changes []Property, parameters []string) []string {
	var targets []string
	for _, name := range parameters {
		for _, c := range changes {
			if !strings.EqualFold(c.Name, name) {
				continue
			}
			for _, part := range mail.ListParts(c.New) {
				if a := MailAddress(part); a != "" && !reference.ContainsAny(targets, a) {
					targets = append(targets, a)
				}
			}
		}
	}
	return targets
}

// MailAddress is the internet address in a target like "Name" [SMTP:a@b],
// smtp:a@b, or a@b; what is no internet address (a mailbox of the own
// organisation by name, a legacy address) is given as written.
func MailAddress(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "[]\"'{}")
	if i := strings.Index(strings.ToLower(s), "smtp:"); i >= 0 {
		s = strings.Trim(s[i+len("smtp:"):], "]\"' ")
	}
	if IsBlank(s) {
		return ""
	}
	return s
}

// isWordRune reports whether a rune makes a name readable.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// ruleAct says what a record did to an inbox rule: made, changed, removed …;
// empty if it is no such record.
func ruleAct(p *analysis.Pass, operation string, changes []Property) string {
	table := p.Reference.Table(reference.RuleOperations)
	row, ok := table.Find(strings.TrimRight(strings.TrimSpace(operation), ". "))
	if !ok || row.Get("where") != "Operation" {
		return ""
	}
	if inner, ok := table.Find(ValueOf(changes, "RuleOperation")); ok {
		return inner.Get("act")
	}
	return row.Get("act")
}

// ruleName is the name of the rule that a record is about: its Name, else
// what its Identity or the object names behind the mailbox.
func ruleName(t *timeline.Timeline, row int, changes []Property) string {
	for _, name := range []string{"Name", "RuleName"} {
		for _, c := range changes {
			if strings.EqualFold(c.Name, name) {
				return c.New
			}
		}
	}
	for _, s := range []string{ValueOf(changes, "Identity"), t.Text(timeline.ColTarget, row)} {
		if i := strings.LastIndexByte(s, '\\'); i >= 0 {
			return s[i+1:]
		}
		if s != "" {
			return s
		}
	}
	return ""
}

// IsTrue reads a parameter's switch.
func IsTrue(changes []Property, name string) bool {
	v := ValueOf(changes, name)
	return strings.EqualFold(v, "true") || v == "1"
}

// TransportTargets are the parameters of a transport rule that send mail on.
func TransportTargets(p *analysis.Pass) []string {
	var names []string
	for row := range p.Reference.Table(reference.TransportParams).Rows() {
		if row.Get("role") == "sends" {
			names = append(names, row.Key())
		}
	}
	return names
}

// HasWord reports whether a name has a letter or digit.
func HasWord(name string) bool {
	return strings.IndexFunc(name, isWordRune) >= 0
}
