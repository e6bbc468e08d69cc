package bec

import (
	"encoding/json"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A signInDetail is what a record of a sign-in says beyond the columns; empty
// where it says nothing.
type signInDetail struct {
	protocol string // authentication protocol: deviceCode, ropc, oAuth2 …
	transfer string // how the session's first token was got: deviceCodeFlow …
	request  string // of the audit log: Cmsi:Cmsi after a device code or a native application's prompt

	riskLevel  string // during the sign-in; of the user where only that is stated
	riskState  string
	riskDetail string
	riskTypes  string // comma between them
}

// signInDetails are those of the sign-ins that were read again.
type signInDetails struct {
	of     map[int]signInDetail // by row
	unread int                  // sign-ins that are not routine and were not read for their number
}

// detailReads bounds how many sign-ins are read again: an estate's sign-ins
// out of routine are thousands, and a hostile file's must cost no more.
const detailReads = 50_000

type signInDetailKey struct{}

// detailsOfSignIns reads again the successful sign-ins that are not a user's
// routine. Routine is an application and a network that are habits of the
// user, with enough history.
func detailsOfSignIns(p *analysis.Pass) *signInDetails {
	return analysis.Once(p, signInDetailKey{}, func() *signInDetails {
		t := p.Timeline
		list, pr := logons(p), profileOf(p)
		apps := appRoutines(p)
		d := &signInDetails{of: map[int]signInDetail{}}
		for i := range list {
			l := &list[i]
			if !l.admitted() || l.activities {
				continue
			}
			if h := apps.of[l.user]; h != nil && len(h.days) >= enough(p) && pr.atHome(l) && apps.usual(l.user, appValue(t, l)) {
				continue
			}
			if len(d.of) == detailReads {
				d.unread++
				continue
			}
			_, text, err := t.Wide(l.row)
			if err != nil {
				continue
			}
			if detail := readSignInDetail(text); detail != (signInDetail{}) {
				d.of[l.row] = detail
			}
		}
		return d
	})
}

type appRoutineKey struct{}

// appRoutines are the applications that users sign in to, by session-days.
func appRoutines(p *analysis.Pass) *routines {
	return analysis.Once(p, appRoutineKey{}, func() *routines {
		return routinesOf(logons(p), func(l *logon) uint64 { return appValue(p.Timeline, l) })
	})
}

// appValue is the application of a logon as an attribute; 0 if it names none.
func appValue(t *timeline.Timeline, l *logon) uint64 {
	return uint64(t.Folded(timeline.ColAppID, l.row))
}

// detailDepth bounds how deep a record's details are searched.
const detailDepth = 6

// readSignInDetail finds the members of a record's details wherever a layout
// puts them, by their names without case, spaces and punctuation.
func readSignInDetail(details string) signInDetail {
	var d signInDetail
	var v any
	if len(details) > maxDetails || json.Unmarshal([]byte(details), &v) != nil {
		return d
	}
	var aggregated string
	set := func(name string, value any) {
		text := plainText(value)
		if isNone(text) {
			return
		}
		switch letters(name) {
		case "authenticationprotocol":
			d.protocol = text
		case "originaltransfermethod":
			d.transfer = text
		case "requesttype":
			d.request = text
		case "risklevelduringsignin":
			d.riskLevel = text
		case "risklevelaggregated":
			aggregated = text
		case "riskstate":
			d.riskState = text
		case "riskdetail":
			d.riskDetail = text
		case "riskeventtypes", "riskeventtypesv":
			d.riskTypes = text
		}
	}
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		if depth == 0 {
			return
		}
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e, depth-1)
			}
		case map[string]any:
			if name, ok := member(v, "Name"); ok {
				set(name, v["Value"])
			}
			for _, key := range sortedKeys(v) {
				set(key, v[key])
				walk(v[key], depth-1)
			}
		}
	}
	walk(v, detailDepth)
	if d.riskLevel == "" {
		d.riskLevel = aggregated
	}
	return d
}

// plainText is a JSON value as text; the elements of a list with commas
// between them.
func plainText(value any) string {
	switch v := value.(type) {
	case string:
		if strings.HasPrefix(v, "[") {
			var inner []any
			if json.Unmarshal([]byte(v), &inner) == nil {
				return plainText(inner)
			}
		}
		return v
	case []any:
		words := make([]string, 0, len(v))
		for _, e := range v {
			if s, ok := e.(string); ok {
				words = append(words, s)
			}
		}
		return strings.Join(words, ", ")
	}
	return ""
}

// isNone reports whether a value says that there is nothing.
func isNone(text string) bool {
	return text == "" || strings.EqualFold(text, "none") || strings.EqualFold(text, "hidden")
}

// letters is a text's letters in lower case.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, text)
}
