package change

import (
	"encoding/json"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A Permission is what a record grants on a mailbox or a folder.
type Permission struct {
	Kind, To, On, Rights string
	Severity             analysis.Severity
	Why                  []string // it weighs that much
}

// GrantOf are the properties of a grant: the parameters of a cmdlet, or what
// the mailbox says of a folder whose permissions were changed.
func GrantOf(t *timeline.Timeline, row int) []Property {
	if rule := t.Text(timeline.ColRule, row); rule != "" {
		return ParametersOf(rule)
	}
	details := t.Details(row)
	var record struct {
		Item struct{ ParentFolder json.RawMessage }
	}
	_ = json.Unmarshal([]byte(details), &record) // what is no such record has no folder
	if folder := timeline.PlainMembers(string(record.Item.ParentFolder)); len(folder) > 0 {
		var list []Property
		for _, name := range [...]string{"MemberUpn", "MemberRights", "Path"} {
			if value, ok := folder[name]; ok {
				list = append(list, Property{Name: name, New: value})
			}
		}
		return list
	}
	return modifiedProperties(details)
}

// everybody are the trustees that stand for all.
var everybody = []string{"Default", "Anonymous", "Everyone"}

// Told reports whether a record that grants nothing says so: that its
// properties are on record and name a trustee where the operation has one.
func (d *Permission) Told(op reference.Row, changes []Property) bool {
	if op.Get("rights") != "" {
		return !IsBlank(d.To) && (d.Kind != "role" || d.Rights != "")
	}
	return len(changes) > 0
}

// impersonation is the role that opens every mailbox to its holder.
const impersonation = "ApplicationImpersonation"

// PermissionOf is the permission that a record grants, by the row of the table
// of delegations for its operation, and what it weighs whoever granted it; ok is
// false if it grants none that counts.
func PermissionOf(p *analysis.Pass, row int, op reference.Row, changes []Property) (Permission, bool) {
	t := p.Timeline
	d := Permission{Kind: op.Get("kind"), To: ValueOf(changes, op.Get("trustee")), Severity: analysis.Medium, On: ValueOf(changes, "Identity")}
	if path := ValueOf(changes, "Path"); path != "" {
		d.On = t.Text(timeline.ColMailbox, row) + " " + path
	}
	if d.On == "" {
		d.On = t.Text(timeline.ColTarget, row)
	}
	if d.On == "" {
		d.On = t.Text(timeline.ColMailbox, row)
	}
	if name := op.Get("rights"); name != "" {
		d.Rights = ValueOf(changes, name)
	}
	weight := p.Reference.RightWeight(d.Rights)
	switch d.Kind {
	case "role":
		if !strings.Contains(strings.ToLower(d.Rights), strings.ToLower(impersonation)) {
			return d, false
		}
		d.Severity, d.Why = analysis.High, []string{"the role opens every mailbox to its holder"}
	case "folder permission":
		switch {
		case weight == reference.RightNone:
			d.Severity, d.Why = analysis.Info, []string{"no right to its content is named"}
		case weight == reference.RightFreeBusy:
			d.Severity, d.Why = analysis.Info, []string{"the trustee sees only when the owner is free"}
		case reference.ContainsFold(everybody, d.To):
			d.Severity, d.Why = analysis.High, []string{"the folder is open to everybody"}
		case weight >= reference.RightChange:
			d.Severity, d.Why = analysis.Medium, []string{"the trustee may change and delete"}
		default:
			d.Severity, d.Why = analysis.Low, []string{"the trustee may read a folder"}
		}
	default:
		if IsBlank(d.To) {
			return d, false
		}
		if weight >= reference.RightFull {
			d.Severity, d.Why = analysis.High, []string{"full access: the trustee may read, move and delete everything"}
		} else if d.Kind == "send permission" {
			d.Severity, d.Why = analysis.High, []string{"the trustee may send in the owner's name"}
		}
	}
	return d, true
}
