package auditlog

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// Operations of a sign-in, and the record types that hold only such.
const (
	opLoggedIn    = "UserLoggedIn"
	opLoginFailed = "UserLoginFailed"

	typeAccountLogon = "9"
	typeStsLogon     = "15"
)

// notAvailable stands for the user of a sign-in whose name the record does not
// know.
const notAvailable = "Not Available"

func isLogon(op, recordType string) bool {
	return op == opLoggedIn || op == opLoginFailed || recordType == typeStsLogon || recordType == typeAccountLogon
}

// setLogon sets how a sign-in ended and whose it was. ResultStatus of these
// records is that of the request, not of the sign-in: LogonError and
// ErrorNumber tell, and without them the name of the operation.
func (d *decoder) setLogon(p *properties, op string, ev *timeline.Event) {
	if user := ev.Cols[timeline.ColUser]; user == "" || strings.EqualFold(user, notAvailable) {
		nameUser(p, ev)
	}
	number, logonError := p.first(kErrorNumber, kLoginStatus), p.text(kLogonError)
	if reference.NoError(logonError) {
		logonError = ""
	}
	result := outcomes[d.tables.ErrorOutcome(number, logonError)]
	failed := op == opLoginFailed || logonError != ""
	if failed && (result == timeline.Success || result == timeline.Unknown) {
		result = timeline.Failure
	}
	ev.Outcome = result
	switch {
	case logonError != "":
		ev.Set(timeline.ColError, logonError)
	case strings.Trim(number, "0") != "":
		ev.Set(timeline.ColError, number)
	}
}

// nameUser takes the user of a sign-in that does not state one from the list of
// who acted or, where that has no name either, the id of the account.
func nameUser(p *properties, ev *timeline.Event) {
	for e := range p.object.Get("Actor").Elements() {
		if id := e.Get("ID").Text(); strings.Contains(id, "@") {
			ev.Set(timeline.ColUser, id)
			return
		}
	}
	if key := p.text(kUserKey); key != "" && !strings.EqualFold(key, notAvailable) {
		ev.Set(timeline.ColUser, key)
		ev.Flags |= timeline.UserByID
	}
}

// isDirectoryID says whether a UserKey is the id that the directory knows its
// users by. Exchange and SharePoint have other ones.
func isDirectoryID(key string) bool {
	const length = len("00000000-0000-4000-8000-000000000000")
	return len(key) == length && key[8] == '-' && key[13] == '-'
}

var outcomes = map[string]timeline.Outcome{
	reference.OutcomeSuccess:        timeline.Success,
	reference.OutcomeFailure:        timeline.Failure,
	reference.OutcomeInterrupted:    timeline.Interrupted,
	reference.OutcomePasswordProved: timeline.PasswordProved,
	reference.OutcomeUnknown:        timeline.Unknown,
}

// setDevice takes the device and, where the record has none elsewhere, the
// session out of DeviceProperties.
func setDevice(p *properties, ev *timeline.Event) {
	var id, name string
	p.pairs(p.nested(kDeviceProperties), func(q pair) {
		switch q.name {
		case "Id":
			id = q.text
		case "DisplayName":
			name = q.text
		case "SessionId":
			if ev.Cols[timeline.ColSession] == "" {
				ev.Set(timeline.ColSession, q.text)
			}
		}
	})
	if id == "" {
		id = name
	}
	ev.Set(timeline.ColDevice, id)
}

// setExtended takes the user agent out of ExtendedProperties: of a sign-in
// directly, with the kind of its request, of a directory operation out of its
// additionalDetails.
func (d *decoder) setExtended(p *properties, ev *timeline.Event) {
	p.pairs(p.nested(kExtendedProperties), func(q pair) {
		switch q.name {
		case "UserAgent":
			if ev.Cols[timeline.ColUserAgent] == "" {
				ev.Set(timeline.ColUserAgent, q.text)
			}
		case "RequestType":
			ev.Set(timeline.ColSignIn, d.requests.get(q.text))
		case "additionalDetails":
			if ev.Cols[timeline.ColUserAgent] == "" && strings.Contains(q.text, "User-Agent") {
				ev.Set(timeline.ColUserAgent, p.unwrap(q.value).Get("User-Agent").Text())
			}
		}
	})
}
