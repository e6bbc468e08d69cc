package analysis

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
)

// A Proposal is a value for a setting that the evidence suggests.
type Proposal struct {
	Value string
	Good  bool   // worth proposing; else it is told only
	Why   string // what was counted
}

// Proposals are what evidence shows of a tenant.
type Proposals struct {
	Mailboxes                      []string
	AcceptedDomains, HomeCountries []Proposal
}

// NewCaseFile is the text of a case file: evidence with ids and hashes as it
// stands, proposals commented out with what they rest on, and every other
// setting as a comment that says what it is. It says nothing that the examiner
// did not confirm, save the ids of evidence.
func NewCaseFile(files []Declared, shown Proposals) []byte {
	w := &caseWriter{}
	w.line("# Case file of becforensics. What begins with # is a comment: take the # away to set it.")
	w.line("# Proposals rest on the evidence alone, in which an intruder may have had a part: check each.")
	for _, f := range caseFileFields(reflect.ValueOf(&Settings{}).Elem()) {
		w.line("")
		switch f.name {
		case "case":
			w.doc(f)
			w.line("case:")
			for _, member := range structFields(f.value) {
				w.line("  %s:", member.name)
			}
		case "tenant":
			w.line("tenant:")
			w.tenant(f, shown)
		case "mailboxes":
			w.doc(f)
			w.line("mailboxes:")
			for _, m := range shown.Mailboxes {
				w.line("  # %s: %s", quoted(m), w.form(f.value.Type().Elem()))
			}
		case "evidence":
			w.doc(f)
			w.line("# beside each file: exhibit, sha1, md5, exported_by, exported_at, exported_from, note")
			w.line("evidence:")
			w.text.WriteString(evidenceItems(files, "  "))
		default:
			w.doc(f)
			w.line("# %s: %s", f.name, w.form(f.value.Type()))
		}
	}
	return []byte(w.text.String())
}

// A caseWriter writes a case file.
type caseWriter struct{ text strings.Builder }

func (w *caseWriter) line(format string, args ...any) {
	fmt.Fprintf(&w.text, format+"\n", args...)
}

// doc writes what a setting is.
func (w *caseWriter) doc(f settingField) { w.line("# %s: %s", f.name, Docs()[f.name]) }

// tenant writes the settings of the tenant, with the proposals there are.
func (w *caseWriter) tenant(group settingField, shown Proposals) {
	proposals := map[string][]Proposal{"accepted_domains": shown.AcceptedDomains, "home_countries": shown.HomeCountries}
	for _, f := range group.group {
		w.line("  # %s: %s", f.name, Docs()[f.name])
		var good []string
		for _, p := range proposals[f.name] {
			if p.Good {
				good = append(good, quoted(p.Value))
			}
		}
		if len(good) > 0 {
			w.line("  # proposed:")
		}
		w.line("  # %s: [%s]", f.name, strings.Join(good, ", "))
		for _, p := range proposals[f.name] {
			verdict := "not proposed"
			if p.Good {
				verdict = "proposed"
			}
			w.line("  #   %s, %s: %s", quoted(p.Value), verdict, p.Why)
		}
	}
}

// form shows how a setting of a type is written.
func (w *caseWriter) form(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Slice && hasKind(t.Elem()):
		return "[{" + strings.Join(pivotKinds(), "|") + ": VALUE}]"
	case isText(t):
		return "VALUE"
	case t.Kind() == reflect.Struct:
		var members []string
		for _, f := range structFields(reflect.New(t).Elem()) {
			form := "…"
			switch {
			case f.value.Kind() == reflect.Slice:
				form = "[]"
			case f.check == "state":
				form = strings.Join(reviewStates, "|")
			}
			members = append(members, f.name+": "+form)
		}
		return "{" + strings.Join(members, ", ") + "}"
	}
	if _, value, keyed := roles(t.Elem()); keyed && value >= 0 {
		return "{NAME: VALUE}"
	}
	if isText(t.Elem()) {
		return "[]"
	}
	return "[" + w.form(t.Elem()) + "]"
}

// evidenceItems are entries of a list of evidence, each line after an indent.
func evidenceItems(files []Declared, indent string) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s- id: %s\n%s  name: %s\n%s  sha256: %s\n", indent, f.ID, indent, quoted(f.Name), indent, quoted(f.SHA256))
	}
	return b.String()
}

// quoted is text between double quotes, as YAML and JSON both read it. What
// cannot be seen is escaped.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x10000 && !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
