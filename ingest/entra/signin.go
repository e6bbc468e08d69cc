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
	user := d.text(r, User)
	principal := ""
	if user == "" {
		principal = d.text(r, Principal)
		user = principal
	}
	if reason := d.setTime(ev, d.text(r, Time)); reason != "" && user == "" {
		return ingest.Rejected(reason)
	}
	ev.Set(timeline.ColOperation, signInOperation)
	ev.Set(timeline.ColUser, user)
	ev.Set(timeline.ColIP, d.text(r, IP))
	ev.Set(timeline.ColLogCountry, country(d.text(r, Country)))
	ev.Set(timeline.ColApp, d.text(r, App))
	ev.Set(timeline.ColAppID, d.text(r, AppID))
	client := d.text(r, Client)
	class, _ := d.ref.ClientClass(client)
	ev.Set(timeline.ColClient, class)
	ev.Set(timeline.ColClientRaw, client)
	ev.Set(timeline.ColUserAgent, d.text(r, UserAgent))
	ev.Set(timeline.ColSession, d.text(r, Session))
	ev.Set(timeline.ColToken, d.text(r, Token))
	ev.Set(timeline.ColTarget, d.text(r, Resource))
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
	ev.Flags |= d.flags | d.presence(r)
	if principal != "" {
		ev.Flags |= timeline.AppOnly
	}
	began := ev.Time
	if created, ok := clock.Parse(d.text(r, Created)); ok {
		began = created.Nanos
		d.lag.see(ev.Time - began)
	}
	d.identify(ev, d.text(r, ID), r, began, user, ev.Cols[timeline.ColAppID], ev.Cols[timeline.ColIP], code, ev.Cols[timeline.ColSession])
	ev.Set(timeline.ColSignIn, d.circumstances(r))
	if ev.Wants(timeline.WideDetails) {
		ev.Details = d.rest(r, ev)
	}
	return ingest.Outcome{}
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
			return timeline.Unknown
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
