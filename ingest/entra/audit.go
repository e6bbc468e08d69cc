package entra

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// An auditor decodes directory audits.
type auditor struct {
	*decoder
	columns []targetColumn // of tables that spread targets over columns
}

func newAuditor(m *column.Map, o *ingest.Options, caps ...int) *auditor {
	return &auditor{decoder: newDecoder(m, o, caps...)}
}

func (d *auditor) audit(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	operation := d.text(r, Operation)
	user, app := d.text(r, User), d.text(r, Principal)
	ev.Account = notNil(d.text(r, UserID))
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
		agent = pairValue(r, d.fields.Object(r, Additional), "User-Agent")
	}
	ev.Set(timeline.ColUserAgent, agent)
	ev.Outcome = statusOutcome(d.text(r, Status))
	if ev.Outcome != timeline.Success {
		ev.Set(timeline.ColError, d.text(r, Reason))
	}
	target := d.targets(r)
	ev.Set(timeline.ColTarget, target)
	d.identify(ev, d.text(r, ID), r, second(ev.Time), operation, user, target, ev.Outcome.String(), d.text(r, Correlation),
		blankless(d.fields.Object(r, Targets).Raw()))
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

// A new value stands with its target when it is short, as a role or a
// permission is and a key or a policy is not. The details hold the others.
const (
	maxShown  = 80  // bytes of one value
	maxTarget = 400 // bytes of all targets and values
	maxLooked = 100 // new values of a record that are looked at
)

// targets are the objects acted upon, each with its short new values in
// brackets.
func (d *auditor) targets(r *rows.Record) string {
	var t targetText
	if len(d.columns) > 0 {
		for _, c := range d.columns {
			c.show(r, &t)
		}
		return t.String()
	}
	for target := range d.fields.Object(r, Targets).Elements() {
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

// value adds a new value; the list of the properties' names is not one.
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
