// Package graphactivity decodes the activity log of Microsoft Graph: one record
// a request to the API, whoever exported it. It does not know what a request
// returned, which no export holds, and does not judge requests.
package graphactivity

import (
	"strconv"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// Source is the activity log of Graph.
var Source = &ingest.Source{
	Name:  "graphactivity",
	Title: "Graph activity",
	Doc: "One record a request to Microsoft Graph: application, account or service principal, address, method, path, status and the size of the answer, which no other log states. " +
		"It does not hold what was returned. All have one operation; the column request has method and path. " +
		"The token is the unique token identifier of the sign-in. Graph keeps nothing by itself: only what was sent on by diagnostic settings is there.",
	Wants:   "the columns or keys of Graph's activity log: a request's method and URI, and the status of the answer",
	Layouts: []*ingest.Layout{diagnostic, sentinel, hunting},
}

// Fields of a request.
const (
	fTime = iota
	fID
	fUser
	fPrincipal
	fTokenOf // whether the token is a user's or an application's
	fIP
	fAppID
	fUserAgent
	fSession
	fToken
	fDevice
	fMethod
	fURI
	fStatus
	fSize
	fWorkload
)

// operation is what the diagnostic settings call every request.
const operation = "Microsoft Graph Activity"

// activityTime is what the times of the events are.
const activityTime = "Graph Request"

// A log decodes one file.
type log struct {
	fields *column.Map
	apps   *reference.Set
	order  clock.Order
	caps   []int // numbers of records at which the export is cut off
}

func (l *log) decoder() *ingest.Decoder {
	return &ingest.Decoder{Decode: l.decode, Finish: func(s *timeline.Source) {
		s.DayFirst, s.DateOrder = l.order.Decide()
		ingest.NoteCap(s, l.caps)
	}}
}

func (l *log) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	get := func(f int) string { return l.fields.Text(r, f) }
	uri, method, moment := get(fURI), get(fMethod), get(fTime)
	reading, ok := clock.Parse(moment)
	switch {
	case ok:
		ev.Time, ev.HasTime, ev.DayFirst = reading.Nanos, true, reading.DayFirst
		l.order.See(reading)
		if reading.Form == clock.Either {
			ev.Flags |= timeline.TimeAssumed
		}
	case uri == "" && method == "":
		return ingest.Rejected("record has neither a time nor a request")
	}
	ev.Set(timeline.ColOperation, operation)
	l.caller(r, ev)
	ev.Set(timeline.ColIP, get(fIP))
	ev.Set(timeline.ColAppID, get(fAppID))
	if known, ok := l.apps.App(get(fAppID)); ok {
		ev.Set(timeline.ColApp, known.Name)
	}
	ev.Set(timeline.ColUserAgent, get(fUserAgent))
	ev.Set(timeline.ColSession, get(fSession))
	ev.Set(timeline.ColToken, get(fToken))
	ev.Set(timeline.ColDevice, get(fDevice))
	q := timeline.ReadRequest(method, uri)
	fill(&q, ev)
	if w := get(fWorkload); w != "" {
		ev.Set(timeline.ColResource, w)
	}
	l.answer(r, ev)
	ev.ID, ev.ByContent, ev.Content = get(fID), false, content(ev)
	if ev.ID == "" {
		ev.ByContent, ev.Content = true, r.Raw
	}
	if ev.Wants(timeline.WideDetails) {
		var keep []int
		if !ev.HasTime {
			keep = append(keep, fTime)
		}
		if ev.Cols[timeline.ColBytes] == "" {
			keep = append(keep, fSize)
		}
		ev.Details = l.fields.Rest(r, keep...)
	}
	return ingest.Outcome{}
}

// caller sets who called. With an application's token what stands for the user
// is the service principal's id. Where no word says whose the token is, it is
// an application's if a service principal is named and no user beside it.
func (l *log) caller(r *rows.Record, ev *timeline.Event) {
	user, principal := notNil(l.fields.Text(r, fUser)), notNil(l.fields.Text(r, fPrincipal))
	of := l.fields.Text(r, fTokenOf)
	app := isApplication(of)
	if !app && !strings.EqualFold(of, "user") {
		app = principal != "" && (user == "" || strings.EqualFold(user, principal))
	}
	if app {
		ev.Flags |= timeline.AppOnly
	}
	if app && principal != "" || user == "" {
		user = principal
	}
	ev.Set(timeline.ColUser, user)
	if user != "" && !strings.Contains(user, "@") {
		ev.Flags |= timeline.UserByID
	}
}

// isApplication reports whether a word for whose a token is names no user. The
// log says app, tables of events name the entity.
func isApplication(of string) bool {
	return strings.EqualFold(of, "app") || strings.EqualFold(of, "application") || strings.EqualFold(of, "servicePrincipal")
}

// notNil is an id, or nothing for the nil GUID, which stands for no id.
func notNil(id string) string {
	if strings.Trim(id, "0-") == "" {
		return ""
	}
	return id
}

// answer sets how the request ended and how much it returned.
func (l *log) answer(r *rows.Record, ev *timeline.Event) {
	status := l.fields.Text(r, fStatus)
	ev.Set(timeline.ColStatus, status)
	const firstFailure = 400 // HTTP status codes from here on are failures
	if n, err := strconv.Atoi(status); err == nil && n >= firstFailure {
		ev.Outcome = timeline.Failure
		ev.Set(timeline.ColError, status)
	} else if err == nil && n > 0 {
		ev.Outcome = timeline.Success
	}
	if n, err := strconv.ParseInt(l.fields.Text(r, fSize), 10, 64); err == nil && n >= 0 {
		ev.Set(timeline.ColBytes, strconv.FormatInt(n, 10))
	}
}

// content is what copies of a record share in every container.
func content(ev *timeline.Event) []byte {
	var b []byte
	for _, c := range [...]timeline.Col{timeline.ColUser, timeline.ColAppID, timeline.ColRequest, timeline.ColStatus} {
		b = append(append(b, strings.ToLower(ev.Cols[c])...), 0)
	}
	return b
}
