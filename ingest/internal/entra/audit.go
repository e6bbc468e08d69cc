package entra

import (
	"fmt"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/paths"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// AuditPaths are those of Graph's directoryAudit.
func AuditPaths() Paths {
	return Paths{
		Time:        {"activityDateTime"},
		ID:          {"id.*"},
		Correlation: {"correlationId.*"},
		User:        {"initiatedBy.user.userPrincipalName", "initiatedBy.user.displayName", "initiatedBy.user.id"},
		Principal:   {"initiatedBy.app.displayName", "initiatedBy.app.servicePrincipalName", "initiatedBy.app.servicePrincipalId"},
		AppID:       {"initiatedBy.app.appId"},
		IP:          {"initiatedBy.user.ipAddress", "initiatedBy.app.ipAddress"},
		Status:      {"result"},
		Reason:      {"resultReason.*"},
		Operation:   {"activityDisplayName"},
		Targets:     {"targetResources.*"},
		Additional:  {"additionalDetails.*"},
		UserAgent:   {"userAgent"},
	}
}

// Audits decodes a file of directory audits. With whole, only records that are
// the same throughout are copies of each other: for tables that a query made,
// whose rows can share an id. An export of caps rows may be cut.
func Audits(h *ingest.Head, o *ingest.Options, p Paths, whole bool, caps ...int) *ingest.Decoder {
	d := newDecoder(h, o, p)
	d.whole, d.caps = whole, caps
	a := auditor{decoder: d}
	if d.header != nil {
		a.columns = targetColumns(d.header)
	}
	return d.decoder(a.audit)
}

// An auditor decodes directory audits.
type auditor struct {
	*decoder
	columns []targetColumn // of tables that spread targets over columns
}

func (d auditor) audit(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	operation := d.text(r, Operation)
	user, app := d.text(r, User), d.text(r, Principal)
	if user == "" && app == "" {
		user = d.text(r, App)
		if containsFold(d.text(r, EventTypes), "application") {
			user, app = "", user
		}
	}
	if user == "" && app != "" {
		user = app
		ev.Flags |= timeline.AppOnly
	}
	if reason := d.setTime(ev, d.text(r, Time)); reason != "" && user == "" && operation == "" {
		return ingest.Rejected(reason)
	}
	ev.Set(timeline.ColOperation, operation)
	ev.Set(timeline.ColUser, user)
	ev.Set(timeline.ColApp, app)
	ev.Set(timeline.ColIP, d.text(r, IP))
	ev.Set(timeline.ColAppID, d.text(r, AppID))
	agent := d.text(r, UserAgent)
	if agent == "" {
		agent = pairValue(r, d.paths.Value(r, int(Additional)), "User-Agent")
	}
	ev.Set(timeline.ColUserAgent, agent)
	ev.Outcome = statusOutcome(d.text(r, Status))
	if ev.Outcome != timeline.Success {
		ev.Set(timeline.ColError, d.text(r, Reason))
	}
	target := d.targets(r)
	ev.Set(timeline.ColTarget, target)
	d.identify(ev, d.text(r, ID), r, ev.Time, operation, user, target, ev.Outcome.String(), d.text(r, Correlation),
		blankless(d.paths.Value(r, int(Targets)).Raw()))
	if ev.Wants(timeline.WideDetails) {
		ev.Details = d.rest(r, ev)
	}
	return ingest.Outcome{}
}

// blankless is a JSON text without its blanks, which shapes differ in.
func blankless(text []byte) string { return strings.Join(strings.Fields(string(text)), "") }

// pairValue is the value of a key in a list of {key, value}.
func pairValue(r *rows.Record, list rows.Value, key string) string {
	for pair := range list.Elements() {
		if strings.EqualFold(member(pair, "key").Text(), key) {
			return member(pair, "value").Text()
		}
	}
	return ""
}

// member is the value of a key, which some exports write with a capital.
func member(v rows.Value, key string) rows.Value {
	for name, value := range v.Members() {
		if strings.EqualFold(name, key) {
			return value
		}
	}
	return rows.Value{}
}

// A new value is told with its target when it is short; a role or a permission
// is, a key or a policy is not. What is beyond stands in the details.
const (
	maxShown  = 80  // bytes of one value
	maxTarget = 400 // bytes of all targets and values
	maxLooked = 100 // new values of a record that are looked at
)

// targets are the objects acted upon, each with its short new values in
// brackets.
func (d auditor) targets(r *rows.Record) string {
	var t targetText
	if len(d.columns) > 0 {
		for _, c := range d.columns {
			c.show(r, &t)
		}
		return t.String()
	}
	for target := range d.paths.Value(r, int(Targets)).Elements() {
		t.begin(member(target, "userPrincipalName").Text(), member(target, "displayName").Text(), member(target, "id").Text())
		for p := range member(target, "modifiedProperties").Elements() {
			if t.looked++; t.looked > maxLooked {
				break
			}
			t.value(member(p, "displayName").Text(), plain(r, member(p, "newValue")))
		}
		t.end()
	}
	return t.String()
}

// A targetText gathers targets in a line.
type targetText struct {
	strings.Builder
	open   bool // a bracket is
	looked int  // new values
}

// begin starts a target by the first of its names that it has.
func (t *targetText) begin(names ...string) {
	for _, name := range names {
		if name == "" || t.Len()+len(name) > maxTarget {
			continue
		}
		if t.Len() > 0 {
			t.WriteString("; ")
		}
		t.WriteString(name)
		return
	}
}

// value adds a new value; the list of the properties' names is none.
func (t *targetText) value(name, value string) {
	if name == "" || name == "Included Updated Properties" || value == "" || len(value) > maxShown || t.Len()+len(name)+len(value) > maxTarget {
		return
	}
	switch {
	case t.open:
		t.WriteString(", ")
	case t.Len() > 0:
		t.WriteString(" [")
	default:
		t.WriteString("[")
	}
	t.open = true
	t.WriteString(name + "=" + value)
}

func (t *targetText) end() {
	if t.open {
		t.WriteByte(']')
		t.open = false
	}
}

// plain is a new value without the JSON that wraps it: a string in a string, a
// list of one. It is "" for any other structure.
func plain(r *rows.Record, v rows.Value) string {
	const wraps = 3
	if len(v.Raw()) > 2*maxShown {
		return ""
	}
	for range wraps {
		if v.IsArray() && v.Len() == 1 {
			for v = range v.Elements() {
				break
			}
			continue
		}
		s := strings.TrimSpace(v.Text())
		if s == "" || s[0] != '"' && s[0] != '[' {
			break
		}
		inner, err := r.Parse([]byte(s))
		if err != nil {
			break
		}
		v = inner
	}
	return v.Text()
}

// A targetColumn is where a table keeps one target.
type targetColumn struct {
	names      []int
	properties [][2]int // name and new value
}

// targetColumns finds Target1DisplayName, Target1ModifiedProperty1Name … in a
// header.
func targetColumns(header []string) []targetColumn {
	const targets, properties = 3, 5
	var list []targetColumn
	for n := 1; n <= targets; n++ {
		var c targetColumn
		for _, name := range []string{"UserPrincipalName", "DisplayName", "ObjectId"} {
			if i := paths.Column(header, fmt.Sprintf("Target%d%s", n, name)); i >= 0 {
				c.names = append(c.names, i)
			}
		}
		for p := 1; p <= properties; p++ {
			name := paths.Column(header, fmt.Sprintf("Target%dModifiedProperty%dName", n, p))
			value := paths.Column(header, fmt.Sprintf("Target%dModifiedProperty%dNewValue", n, p))
			if name >= 0 && value >= 0 {
				c.properties = append(c.properties, [2]int{name, value})
			}
		}
		if len(c.names) > 0 {
			list = append(list, c)
		}
	}
	return list
}

func (c *targetColumn) show(r *rows.Record, t *targetText) {
	names := make([]string, len(c.names))
	for i, column := range c.names {
		names[i] = r.Cell(column)
	}
	t.begin(names...)
	for _, p := range c.properties {
		t.value(r.Cell(p[0]), plainText(r, r.Cell(p[1])))
	}
	t.end()
}

// plainText is plain of a cell.
func plainText(r *rows.Record, s string) string {
	if s = strings.TrimSpace(s); s == "" || len(s) > 2*maxShown || s[0] != '"' && s[0] != '[' {
		return s
	}
	v, err := r.Parse([]byte(s))
	if err != nil {
		return s
	}
	return plain(r, v)
}
