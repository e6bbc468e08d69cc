package change

import (
	"encoding/json"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// Kinds of access that somebody may be given and that may be ended, as the
// reference table names them.
const (
	AccessAccount     = "account"
	AccessApplication = "application"
	AccessDelegate    = "delegate"
	AccessDevice      = "device"
	AccessFactor      = "factor"
	AccessForward     = "forward"
	AccessGuest       = "guest"
	AccessLink        = "link"
	AccessPassword    = "password"
	AccessRule        = "rule"
	AccessSessions    = "sessions"
)

// An AccessChange is a record by which a way into an account, or out of it,
// was put in place or ended.
type AccessChange struct {
	Row int
	*AccessEffect
	Account string // whose access it is, in lower case; empty if the record does not say
	Object  string // the rule, device, application … by name; empty where the account is all
	Keys    []string
}

// An AccessEffect is what a row of the table says of the records that it lists.
type AccessEffect struct {
	Kind     string // one of the Access constants
	Ends     bool   // rather than gives
	What     string // was done, in words
	Snapshot string // how the kinds of context rows begin that show it
}

// SameObject reports whether two changes are about one object: a rule of the
// name in one mailbox, a device or application of one id or name.
func (c *AccessChange) SameObject(other *AccessChange) bool {
	if c.Kind != other.Kind {
		return false
	}
	switch c.Kind {
	case AccessFactor, AccessForward:
		return SameMailbox(c.Account, other.Account)
	case AccessRule, AccessDelegate:
		return SameMailbox(c.Account, other.Account) && strings.EqualFold(c.Object, other.Object)
	}
	return c.Names(other.Keys)
}

// Names reports whether one of some ids or names, in lower case, is the
// change's object.
func (c *AccessChange) Names(keys []string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(c.Keys, k) })
}

// SameMailbox compares names of mailboxes, of which one may be the part before
// the @ alone.
func SameMailbox(a, b string) bool {
	return a != "" && b != "" && (strings.EqualFold(a, b) || strings.EqualFold(alias(a), alias(b)) && (!strings.Contains(a, "@") || !strings.Contains(b, "@")))
}

// alias is the last part of a name of a mailbox: what stands before the @, or
// behind the path of an organisation.
func alias(name string) string {
	name, _, _ = strings.Cut(name, "@")
	return name[strings.LastIndexByte(name, '/')+1:]
}

// AccessChanges are those on record that did not fail, in time order.
var AccessChanges = &analysis.Fact[[]AccessChange]{
	Name:  "changes of access",
	Needs: []analysis.Need{tabled},
	Make:  func(p *analysis.Pass) []AccessChange { return tabled.Of(p).access },
}

// An accessEntry is a row of the table.
type accessEntry struct {
	wants condition
	AccessEffect
}

// byObject reports whether the record names the object of the change in its
// details.
func (e *accessEntry) byObject() bool {
	return e.Kind == AccessDevice || e.Kind == AccessApplication
}

// accessEntries are the rows of the table by operation.
func accessEntries(p *analysis.Pass) map[string][]accessEntry {
	entries := map[string][]accessEntry{}
	for row := range p.Reference.Table(reference.AccessChanges).Rows() {
		op := OperationKeyOf(row.Get("operation"))
		effect := AccessEffect{Kind: row.Get("kind"), Ends: row.Get("effect") == "ends", What: row.Get("what"), Snapshot: row.Get("snapshot")}
		entries[op] = append(entries[op], accessEntry{conditionOn(row.Get("parameter"), row.Get("value")), effect})
	}
	return entries
}

// changesAccess reports whether a record that the table lists counts: one that
// did not fail, names a time and is no repetition.
func changesAccess(t *timeline.Timeline, row int) bool {
	return row < t.Timed() && t.Outcome(row) <= timeline.Success && !t.Has(row, timeline.Resync)
}

// objectsOf are the ids and names of the objects that a record's details and
// target name.
func objectsOf(t *timeline.Timeline, row int, details string) []string {
	return objectKeys(bareTarget(t, row), details)
}

// bareTarget is a record's target without what stands in brackets behind it.
func bareTarget(t *timeline.Timeline, row int) string {
	name, _, _ := strings.Cut(t.Text(timeline.ColTarget, row), " [")
	return name
}

// accessChange is the change of access that a record tells of, by its reading.
func accessChange(t *timeline.Timeline, row int, r *reading, objects []string) AccessChange {
	c := AccessChange{Row: row, AccessEffect: &r.access.AccessEffect}
	changes, target := r.Changes, bareTarget(t, row)
	switch c.Kind {
	case AccessRule:
		c.Account, c.Object = ruleOwner(t, row), ruleName(t, row, changes)
	case AccessForward:
		c.Account = forwardedMailbox(t, row, r.of.operation, changes)
	case AccessDelegate:
		c.Account = firstOf(ValueOf(changes, "Identity"), t.Text(timeline.ColMailbox, row), target)
		c.Account, _, _ = strings.Cut(c.Account, ":\\")
		c.Object = firstOf(ValueOf(changes, "User"), ValueOf(changes, "Trustee"), ValueOf(changes, "MemberUpn"))
	case AccessDevice, AccessApplication:
		c.Account = firstOf(addressIn(target), ValueOf(changes, "User.UPN"))
		c.Keys, c.Object = objects, target
		if keys, name := namedObject(changes); len(keys) > 0 {
			c.Keys, c.Object = keys, name
		} else if names := ValueOf(changes, "TargetId.ServicePrincipalNames"); names != "" {
			c.Keys = append(c.Keys, splitNames(names)...)
		}
	case AccessLink, AccessGuest:
		c.Account = t.Text(timeline.ColUser, row)
		c.Object, c.Keys = target, []string{strings.ToLower(target)}
	default:
		c.Account = firstOf(addressIn(target), t.Text(timeline.ColMailbox, row), t.Text(timeline.ColUser, row))
	}
	c.Account = strings.ToLower(c.Account)
	return c
}

// firstOf is the first of some texts that holds something.
func firstOf(texts ...string) string {
	for _, s := range texts {
		if !IsBlank(s) {
			return s
		}
	}
	return ""
}

// addressIn is the first address among the parts of a target.
func addressIn(target string) string {
	for part := range strings.SplitSeq(target, ";") {
		if part = strings.TrimSpace(part); strings.Contains(part, "@") {
			return part
		}
	}
	return ""
}

// namedObject are the ids and names of the application or device that a change
// names among its properties: its target is then another, the service that the
// application may use or the device's owner.
func namedObject(changes []Property) (keys []string, name string) {
	for _, c := range changes {
		kind, part, _ := strings.Cut(c.Name, ".")
		if kind != "ServicePrincipal" && kind != "Device" {
			continue
		}
		value := firstOf(c.New, c.old)
		keys = append(keys, splitNames(value)...)
		if part == "DisplayName" || part == "Name" && name == "" {
			name = value
		}
	}
	return keys, name
}

// splitNames are the names of a list in lower case.
func splitNames(list string) []string {
	var names []string
	for part := range strings.FieldsFuncSeq(strings.ToLower(list), func(r rune) bool { return strings.ContainsRune("[]\";,\r\n", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			names = append(names, part)
		}
	}
	return names
}

// objectKeys are the names and ids, in lower case, of the objects of a
// directory change that are no users.
func objectKeys(target, details string) []string {
	var keys []string
	add := func(text string) {
		if _, id, ok := strings.Cut(text, "_"); ok && len(id) == idLength {
			text = id
		}
		if text = strings.ToLower(strings.TrimSpace(text)); text != "" && !strings.Contains(text, "@") {
			keys = append(keys, text)
		}
	}
	for part := range strings.SplitSeq(target, ";") {
		add(part)
	}
	var record struct {
		TargetResources []struct{ ID, DisplayName, Type string }
		Target          []struct {
			ID   string
			Type int
		}
	}
	if json.Unmarshal([]byte(details), &record) == nil {
		for _, o := range record.TargetResources {
			if !strings.EqualFold(o.Type, "User") {
				add(o.ID)
				add(o.DisplayName)
			}
		}
		for _, o := range record.Target {
			if len(o.ID) >= idLength || strings.Contains(o.ID, "-") {
				add(o.ID)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
