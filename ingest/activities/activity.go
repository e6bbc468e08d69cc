package activities

import (
	"strings"
	"sync"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/timeline"
)

// An activity is a record in the form that all layouts share. Its strings are
// views into the record.
type activity struct {
	standard [numStandard]string
	custom   []property // what CustomProperties holds, in order
	other    []property // standard properties that no column holds, and unknown ones
	unread   string     // CustomProperties as written, as far as it could not be read
	flags    timeline.Flags

	at [numRoles]int // 1 + index in custom of the last property of a role
}

// A property is a name with its value.
type property struct {
	name, value string
	json        bool // value is JSON text and no string: a number, null, a list
	used        bool // a column holds it
}

// absent says that the property has no value.
func (p *property) absent() bool { return p.value == "" || p.json && p.value == jsonNull }

// A standard is one of the properties that every activity has a place for.
type standard uint8

const (
	stdTime standard = iota
	stdApp
	stdType
	stdItem
	stdCreated
	stdSession
	stdID
	stdPrevious // of an item that was moved
	stdODataID
	numStandard
	stdCustom // CustomProperties
	stdOther  // any other
)

// retrieved is how many standard properties the retriever of 2018 wrote,
// beside CustomProperties; they are the first.
const retrieved = stdSession + 1

// standardOf finds a property by its name in PascalCase (Outlook's) or
// camelCase (Graph's); plain says that it is spelt in one of them.
func standardOf(name string) (s standard, plain bool) {
	switch name {
	case "TimeStamp", "timeStamp":
		return stdTime, true
	case "AppIdType", "appIdType":
		return stdApp, true
	case "ActivityIdType", "activityIdType":
		return stdType, true
	case "ActivityItemId", "activityItemId":
		return stdItem, true
	case "ActivityCreationTime", "activityCreationTime":
		return stdCreated, true
	case "ClientSessionId", "clientSessionId":
		return stdSession, true
	case "CustomProperties", "customProperties":
		return stdCustom, true
	case "Id", "id":
		return stdID, true
	case "PreviousItemId", "previousItemId":
		return stdPrevious, true
	case "@odata.id":
		return stdODataID, true
	}
	return foldedStandard(name), false
}

// foldedStandard finds a property by its name in any other case.
func foldedStandard(name string) standard {
	switch strings.ToLower(name) {
	case "timestamp":
		return stdTime
	case "appidtype":
		return stdApp
	case "activityidtype":
		return stdType
	case "activityitemid":
		return stdItem
	case "activitycreationtime":
		return stdCreated
	case "clientsessionid":
		return stdSession
	case "customproperties":
		return stdCustom
	case "id":
		return stdID
	case "previousitemid":
		return stdPrevious
	}
	return stdOther
}

var pool = sync.Pool{New: func() any { return new(activity) }}

func newActivity() *activity {
	a := pool.Get().(*activity)
	*a = activity{custom: a.custom[:0], other: a.other[:0]}
	return a
}

// fill makes the activity an event.
func (d *decoder) fill(a *activity, ev *timeline.Event) ingest.Outcome {
	a.index()
	op, app := a.standard[stdType], a.standard[stdApp]
	user := a.take(roleUser)
	if !d.setTime(a, ev) && op == "" && user == "" {
		return ingest.Rejected(notDated(a.standard[stdTime]))
	}
	ev.Set(timeline.ColOperation, op)
	ev.Set(timeline.ColUser, user)
	ev.Set(timeline.ColClientRaw, app)
	ev.Set(timeline.ColItemID, a.standard[stdItem])
	ev.Set(timeline.ColSession, session(a.standard[stdSession]))
	ev.ID, ev.ByContent, ev.Content = a.standard[stdID], true, a.content()
	d.setClient(a, ev)
	a.setColumns(ev)
	d.seeLosses(a)
	d.owner.see(a, ev)
	ev.Flags |= a.flags
	if ev.Wants(timeline.WideDetails) {
		ev.Details = a.details()
	}
	return ingest.Outcome{}
}

// setTime reads TimeStamp; false if it is none. A server that could not tell
// the time writes the first moment of its calendar, which is none either.
func (d *decoder) setTime(a *activity, ev *timeline.Event) bool {
	r, ok := clock.Parse(a.standard[stdTime])
	if !ok {
		return false
	}
	d.order.See(r)
	ev.Time, ev.HasTime, ev.DayFirst = r.Nanos, true, r.DayFirst
	if r.Zoneless {
		ev.Flags |= timeline.TimeAssumed
	}
	return true
}

// setClient names the client in the vocabulary of all sources. An activity of
// AppIdType Other names its client in ClientString. What the service does is
// flagged, but for deliveries: all of them are the service's, and they are
// what the log knows of the messages.
func (d *decoder) setClient(a *activity, ev *timeline.Event) {
	c := d.clients.class(d.options.Reference, a.standard[stdApp])
	if c.service && a.standard[stdType] != opDelivered {
		ev.Flags |= timeline.Service
	}
	if text := a.peek(roleClientString); text != "" {
		if named := d.clients.class(d.options.Reference, text); named.name != "" {
			c = named
		}
	}
	ev.Set(timeline.ColClient, c.name)
}

// Operations that are told apart here.
const (
	opDelivered = "MessageDelivered"
	opLogon     = "ServerLogon"
)

// session is a session id fit for grouping: without braces, and none if it is
// the nil GUID, which many sessions share.
func session(id string) string {
	const none = "00000000-0000-0000-0000-000000000000"
	if strings.HasPrefix(id, "{") {
		id = strings.Trim(id, "{}")
	}
	if id == none {
		return ""
	}
	return id
}

// notDated is why a record that is not even an activity is rejected.
func notDated(text string) string {
	if text == "" {
		return "no activity: TimeStamp, ActivityIdType and UserName are missing"
	}
	return `time "` + clip(text) + `": no date, and ActivityIdType and UserName are missing`
}

// clip bounds what a reason quotes of the evidence.
func clip(s string) string {
	const most = 64
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.Clone(s)
}
