package activities

import (
	"strings"
	"sync"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
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
	text     []byte // room for the details

	at    [numCustom]int // 1 + index in custom of the last property of a name
	names *names
}

// A property is a name with its value.
type property struct {
	name, value string
	json        bool // value is JSON text and no string: a number, null, a list
	used        bool // a column holds it
}

// absent says that the property has no value.
func (p *property) absent() bool { return p.value == "" || p.json && p.value == jsonNull }

// Standard properties, which every activity has a place for.
const (
	stdTime = iota
	stdApp
	stdType
	stdItem
	stdCreated
	stdSession
	stdID
	stdPrevious // of an item that was moved
	stdODataID
	numStandard
	stdCustom = numStandard // CustomProperties
	stdOther  = -1          // any other
)

// retrieved is how many standard properties the retriever of 2018 wrote,
// beside CustomProperties; they are the first.
const retrieved = stdSession + 1

// standardFields are the standard properties in PascalCase (Outlook's) and
// camelCase (Graph's).
var standardFields = column.Fields{
	stdTime:     column.At("TimeStamp", "timeStamp"),
	stdApp:      column.At("AppIdType", "appIdType"),
	stdType:     column.At("ActivityIdType", "activityIdType"),
	stdItem:     column.At("ActivityItemId", "activityItemId"),
	stdCreated:  column.At("ActivityCreationTime", "activityCreationTime"),
	stdSession:  column.At("ClientSessionId", "clientSessionId"),
	stdID:       column.At("Id", "id"),
	stdPrevious: column.At("PreviousItemId", "previousItemId"),
	stdODataID:  column.At("@odata.id"),
	stdCustom:   column.At("CustomProperties", "customProperties"),
}

// Names find the properties of a file's records; a test may watch which of them
// are asked for.
type names struct {
	standard, custom *column.Index
	watched          bool
}

func namesOf(m *column.Map, standard column.Fields, o *ingest.Options) *names {
	return &names{m.Index(standard), m.Index(customFields), o.Asked != nil}
}

// std is the value of a standard property.
func (a *activity) std(f int) string {
	if a.names.watched {
		a.names.ask(f)
	}
	return a.standard[f]
}

// ask lets a test know that a standard property is asked for. It is kept out of
// line so that std is not.
//
//go:noinline
func (n *names) ask(f int) { n.standard.Ask(f) }

var pool = sync.Pool{New: func() any { return new(activity) }}

func newActivity(n *names) *activity {
	a := pool.Get().(*activity)
	*a = activity{custom: a.custom[:0], other: a.other[:0], text: a.text, names: n}
	return a
}

// fill makes the activity an event.
func (d *decoder) fill(a *activity, ev *timeline.Event) ingest.Outcome {
	a.index()
	op, app := a.std(stdType), a.std(stdApp)
	user := a.take(cUser)
	if !d.setTime(a, ev) && op == "" && user == "" {
		return ingest.Rejected(notDated(a.std(stdTime)))
	}
	ev.Set(timeline.ColOperation, op)
	ev.Set(timeline.ColUser, user)
	ev.Set(timeline.ColClientRaw, app)
	ev.Set(timeline.ColItemID, a.std(stdItem))
	ev.Set(timeline.ColSession, session(a.std(stdSession)))
	ev.ID, ev.ByContent, ev.Content = a.std(stdID), true, a.content()
	d.setClient(a, ev)
	a.setColumns(ev)
	d.seeLosses(a)
	d.owner.see(a, ev)
	ev.Flags |= a.flags
	if ev.Wants(timeline.WideDetails) {
		ev.Details = a.details(ev)
	}
	return ingest.Outcome{}
}

// setTime reads TimeStamp; false if it is no time. A server that could not tell
// the time writes the first moment of its calendar, which is no time either.
func (d *decoder) setTime(a *activity, ev *timeline.Event) bool {
	r, ok := clock.Parse(a.std(stdTime))
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
	c := d.clients.class(d.options.Reference, a.std(stdApp))
	if c.service && a.std(stdType) != opDelivered {
		ev.Flags |= timeline.Service
	}
	if text := a.peek(cClientString); text != "" {
		if named := d.clients.class(d.options.Reference, text); named.name != "" {
			c = named
		}
	}
	ev.Set(timeline.ColClient, c.name)
}

// Operations that are treated differently here.
const (
	opDelivered = "MessageDelivered"
	opLogon     = "ServerLogon"
)

// session is a session id fit for grouping: without braces, and empty for the
// nil GUID, which many sessions share.
func session(id string) string {
	const nilGUID = "00000000-0000-0000-0000-000000000000"
	if strings.HasPrefix(id, "{") {
		id = strings.Trim(id, "{}")
	}
	if id == nilGUID {
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
