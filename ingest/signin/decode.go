package signin

import (
	"strconv"
	"strings"
	"time"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/paths"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// operation is the word for every sign-in record.
const operation = "Sign-in"

// A decoder turns the sign-ins of one file into events.
type decoder struct {
	paths *paths.Map
	ref   *reference.Set
	order clock.Order
	flags timeline.Flags // that hold for the whole file
}

func open(h *ingest.Head, o *ingest.Options, header []string, flags timeline.Flags, list [][]string) *decoder {
	return &decoder{
		paths: paths.New(header, pascal(h), list...),
		ref:   o.Reference,
		flags: flags,
	}
}

// pascal reports whether a JSON file's keys begin with capitals.
func pascal(h *ingest.Head) bool {
	for _, k := range h.Shape.Keys {
		if k == "CreatedDateTime" || k == "AppDisplayName" || k == "UserPrincipalName" {
			return true
		}
	}
	return false
}

func (d *decoder) decoder() *ingest.Decoder {
	return &ingest.Decoder{Decode: d.decode, Finish: d.finish}
}

func (d *decoder) finish(s *timeline.Source) { s.DayFirst, s.DateOrder = d.order.Decide() }

func (d *decoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	get := func(f int) string { return d.paths.Text(r, f) }
	user := get(fUser)
	if user == "" {
		user = get(fPrincipal)
	}
	if reason := d.setTime(ev, get(fTime)); reason != "" && user == "" && get(fAppID) == "" {
		return ingest.Rejected(reason)
	}
	ev.Set(timeline.ColOperation, operation)
	ev.Set(timeline.ColUser, user)
	ev.Set(timeline.ColIP, get(fIP))
	ev.Set(timeline.ColLogCountry, country(get(fCountry)))
	ev.Set(timeline.ColApp, get(fApp))
	ev.Set(timeline.ColAppID, get(fAppID))
	client := get(fClient)
	class, _ := d.ref.ClientClass(client)
	ev.Set(timeline.ColClient, class)
	ev.Set(timeline.ColClientRaw, client)
	ev.Set(timeline.ColUserAgent, get(fAgent))
	ev.Set(timeline.ColSession, get(fSession))
	ev.Set(timeline.ColToken, get(fToken))
	ev.Set(timeline.ColTarget, get(fResource))
	device := get(fDeviceID)
	if device == "" {
		device = get(fDeviceName)
	}
	ev.Set(timeline.ColDevice, device)
	code := get(fCode)
	ev.Outcome = d.outcome(code, get(fReason), get(fStatus))
	if ev.Outcome != timeline.Success {
		ev.Set(timeline.ColError, code)
	}
	ev.Flags |= d.flags | d.presence(r)
	d.identify(ev, get(fID), code, r.Raw)
	if ev.WantWide {
		ev.Details = d.paths.Rest(r)
	}
	return ingest.Outcome{}
}

// setTime reads the time; the reason says why it could not.
func (d *decoder) setTime(ev *timeline.Event, text string) (reason string) {
	reading, ok := clock.Parse(text)
	if !ok {
		return "time " + strconv.Quote(text) + ": no date that can be read"
	}
	ev.Time, ev.HasTime, ev.DayFirst = reading.Nanos, true, reading.DayFirst
	d.order.See(reading)
	if reading.Form == clock.Either {
		ev.Flags |= timeline.TimeAssumed
	}
	return ""
}

// outcome is what an error code says, or, without one, the word for it. A code
// that is neither a number nor a known name says nothing.
func (d *decoder) outcome(code, reason, status string) timeline.Outcome {
	if code == "" {
		return statusOutcome(status)
	}
	class := d.ref.ErrorClass(code, reason)
	if class == reference.ClassOther {
		if strings.Trim(code, "0123456789") != "" {
			return timeline.Unknown
		}
		if statusOutcome(status) == timeline.Interrupted {
			return timeline.Interrupted
		}
	}
	if class == "" || strings.Trim(code, "0") == "" {
		return timeline.Success
	}
	switch d.ref.ErrorOutcome(code, reason) {
	case reference.OutcomeInterrupted:
		return timeline.Interrupted
	case reference.OutcomePasswordProved:
		return timeline.PasswordProved
	case reference.OutcomeSuccess:
		return timeline.Success
	case reference.OutcomeUnknown:
		return timeline.Unknown
	}
	return timeline.Failure
}

func statusOutcome(status string) timeline.Outcome {
	switch strings.ToLower(status) {
	case "success":
		return timeline.Success
	case "failure":
		return timeline.Failure
	case "interrupted":
		return timeline.Interrupted
	}
	return timeline.Unknown
}

// country is the code at the end of "City, State, CC", or the whole text.
func country(location string) string {
	location = strings.TrimSpace(location[strings.LastIndexByte(location, ',')+1:])
	if len(location) != len("CC") {
		return ""
	}
	return strings.ToUpper(location)
}

// presence tells sign-ins without a user's presence and those of applications.
func (d *decoder) presence(r *rows.Record) timeline.Flags {
	var f timeline.Flags
	kinds := d.paths.Text(r, fEventTypes) + d.paths.Text(r, fCategory)
	if strings.EqualFold(d.paths.Text(r, fInteractive), "false") || containsFold(kinds, "nonInteractive") {
		f |= timeline.NonInteractive
	}
	if containsFold(kinds, "servicePrincipal") || containsFold(kinds, "managedIdentity") ||
		d.paths.Text(r, fPrincipal) != "" && d.paths.Text(r, fUser) == "" {
		f |= timeline.AppOnly
	}
	return f
}

// containsFold reports whether s has the ASCII text part, in any case.
func containsFold(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

// identify gives the event its id and the facts that copies of one sign-in
// share in every shape: the second, user, application, address, code and
// session.
func (d *decoder) identify(ev *timeline.Event, id, code string, raw []byte) {
	if id == "" {
		ev.ByContent, ev.Content = true, raw
		return
	}
	ev.ID = id
	b := strconv.AppendInt(nil, ev.Time/int64(time.Second), 10)
	for _, s := range [...]string{
		strings.ToLower(ev.Cols[timeline.ColUser]), ev.Cols[timeline.ColAppID],
		strings.ToLower(ev.Cols[timeline.ColIP]), code, ev.Cols[timeline.ColSession],
	} {
		b = append(append(b, 0), s...)
	}
	ev.Content = b
}
