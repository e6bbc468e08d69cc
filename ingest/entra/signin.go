package entra

import (
	"cmp"
	"encoding/json"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// signInOperation is the word for every sign-in record.
const signInOperation = "Sign-in"

// signIn decodes a sign-in.
func (d *decoder) signIn(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	user, by := d.signedIn(r, ev)
	if reason := d.setBegan(r, ev); reason != "" && user == "" {
		return ingest.Rejected(reason)
	}
	ev.Set(timeline.ColOperation, signInOperation)
	ev.Set(timeline.ColUser, user)
	ev.Set(timeline.ColIP, d.text(r, IP))
	d.setPlace(r, ev)
	ev.Set(timeline.ColApp, d.text(r, App))
	ev.Set(timeline.ColAppID, d.text(r, AppID))
	client := d.text(r, Client)
	class, _ := d.ref.ClientClass(client)
	ev.Set(timeline.ColClient, class)
	ev.Set(timeline.ColClientRaw, client)
	ev.Set(timeline.ColUserAgent, d.text(r, UserAgent))
	ev.Set(timeline.ColSession, d.text(r, Session))
	ev.Set(timeline.ColToken, d.text(r, Token))
	ev.Set(timeline.ColCorrelation, d.text(r, Correlation))
	ev.Set(timeline.ColTarget, d.text(r, Resource))
	ev.Set(timeline.ColResource, cmp.Or(d.text(r, Resource), d.text(r, ResourceID)))
	ev.Set(timeline.ColReportID, d.text(r, Report))
	d.setAccess(r, ev)
	device := d.text(r, DeviceID)
	if device == "" {
		device = d.text(r, DeviceName)
	}
	ev.Set(timeline.ColDevice, device)
	code := d.text(r, Code)
	reason := d.text(r, Reason)
	if protocol := d.text(r, Protocol); d.ref.QualifiesError(code, protocol) {
		reason = protocol
	}
	ev.Outcome = d.outcome(code, reason, d.text(r, Status))
	if ev.Outcome != timeline.Success {
		ev.Set(timeline.ColError, code)
	}
	ev.Flags |= d.flags | d.presence(r) | by
	d.identify(ev, d.text(r, ID), r, user, ev.Cols[timeline.ColAppID], ev.Cols[timeline.ColIP], code, ev.Cols[timeline.ColSession])
	ev.Timed = true
	ev.Set(timeline.ColSignIn, d.circumstances(r))
	if ev.Wants(timeline.WideDetails) {
		ev.Details = d.rest(r, ev)
	}
	return ingest.Outcome{}
}

// signedIn is who signed in: the user, else the service principal or managed
// identity, else the id of an account that may have a name elsewhere.
func (d *decoder) signedIn(r *rows.Record, ev *timeline.Event) (name string, flags timeline.Flags) {
	user, id := d.text(r, User), notNil(d.text(r, UserID))
	ev.Account = id
	principal := d.text(r, Principal)
	switch {
	case user != "" && !strings.EqualFold(user, notAvailable):
		if user == id {
			flags = timeline.UserByID
		}
		return user, flags
	case principal != "":
		return principal, timeline.AppOnly
	case id != "":
		return id, timeline.UserByID
	}
	return user, 0
}

// notAvailable stands for the user of a sign-in whose name the record does not
// know.
const notAvailable = "Not Available"

// notNil is an id, or nothing for the nil GUID, which stands for no id.
func notNil(id string) string {
	if strings.Trim(id, "0-") == "" {
		return ""
	}
	return id
}

// setBegan sets when a sign-in began, as the record states it, or else when the
// record was made; the reason says why neither could be read.
func (d *decoder) setBegan(r *rows.Record, ev *timeline.Event) (reason string) {
	began, made := d.text(r, Time), d.text(r, Processed)
	if reading, ok := clock.Parse(began); ok {
		d.take(ev, reading)
		return ""
	}
	reading, ok := clock.Parse(made)
	if !ok {
		return d.setTime(ev, cmp.Or(began, made))
	}
	ev.Flags |= timeline.TimeAssumed
	d.later.Add(1)
	d.take(ev, reading)
	return ""
}

// setPlace sets where the log says that a sign-in came from.
func (d *decoder) setPlace(r *rows.Record, ev *timeline.Event) {
	city, code := place(d.text(r, Country))
	ev.Set(timeline.ColLogCountry, code)
	ev.Set(timeline.ColLogCity, cmp.Or(d.text(r, City), city))
	if number := d.text(r, Network); number != "0" { // which stands for none
		ev.Set(timeline.ColLogNetwork, number)
	}
}

// outcome is what an error code says, or, without one, the word for it. A code
// that is neither a number nor a known name says nothing.
func (d *decoder) outcome(code, reason, status string) timeline.Outcome {
	if code == "" {
		return statusOutcome(status)
	}
	if strings.Trim(code, "0") == "" {
		return timeline.Success
	}
	if d.ref.ErrorClass(code, reason) == reference.ClassOther {
		if strings.Trim(code, "0123456789") != "" {
			return cmp.Or(statusOutcome(code), statusOutcome(status))
		}
		if statusOutcome(status) == timeline.Interrupted {
			return timeline.Interrupted
		}
	}
	switch d.ref.ErrorOutcome(code, reason) {
	case reference.OutcomeInterrupted:
		return timeline.Interrupted
	case reference.OutcomePasswordProved:
		return timeline.PasswordProved
	case reference.OutcomeFailure:
		return timeline.Failure
	}
	return timeline.Unknown
}

// presence flags sign-ins without a user's presence and those of applications.
func (d *decoder) presence(r *rows.Record) timeline.Flags {
	var f timeline.Flags
	if strings.EqualFold(d.text(r, Interactive), "false") {
		f |= timeline.NonInteractive
	}
	for _, field := range [...]int{EventTypes, Category} {
		kind := d.text(r, field)
		if containsFold(kind, "nonInteractive") {
			f |= timeline.NonInteractive
		}
		if containsFold(kind, "servicePrincipal") || containsFold(kind, "managedIdentity") {
			f |= timeline.AppOnly
		}
	}
	return f
}

// circumstances are how a sign-in was made and what Microsoft thought of its
// risk.
func (d *decoder) circumstances(r *rows.Record) string {
	level := func(f int) string { return stated(d.ref.RiskLevel(d.text(r, f))) }
	s := timeline.SignIn{
		Request:   d.text(r, Endpoint),
		Protocol:  stated(d.text(r, Protocol)),
		Transfer:  stated(d.text(r, Transfer)),
		RiskLevel: cmp.Or(level(RiskLevel), level(RiskAggregate)),
		RiskState: stated(d.ref.RiskState(d.text(r, RiskState))),
		RiskTypes: stated(listed(d.text(r, RiskTypes))),
	}
	return s.Text()
}

// stated is a word as far as it states something: hidden is what a licence
// does not let see.
func stated(word string) string {
	if strings.EqualFold(word, "none") || strings.EqualFold(word, "hidden") {
		return ""
	}
	return word
}

// listed is the words of a JSON array with commas between them; any other text
// as it stands.
func listed(text string) string {
	var words []string
	if !strings.HasPrefix(text, "[") || json.Unmarshal([]byte(text), &words) != nil {
		return text
	}
	return strings.Join(words, ", ")
}
