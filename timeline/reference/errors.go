package reference

import (
	"strings"
	"unicode"
)

// Outcomes that an error code stands for, in the words of the timeline's
// outcome column.
const (
	OutcomeSuccess        = "success"
	OutcomeFailure        = "failure"
	OutcomeInterrupted    = "interrupted"
	OutcomePasswordProved = "password_proved"
	OutcomeUnknown        = "unknown"
)

// ClassOther is the class of an error that no row knows.
const ClassOther = "other"

// errorCodePrefix heads the codes in the texts of the token service.
const errorCodePrefix = "AADSTS"

// errorEntry is one code: its row, and the rows that a word of the reason text
// selects instead.
type errorEntry struct {
	row    Row
	byWord map[string]Row
}

// compileErrors indexes codes, and the names that records carry in place of
// codes. A key of a code and a word holds where that word stands in the reason
// text: 50053 is "locked" or "blocked", and the one contains the other; or where
// the word is the protocol by which the sign-in was made.
func compileErrors(t *Table) (entries map[string]errorEntry, names map[string]Row) {
	entries = make(map[string]errorEntry)
	names = make(map[string]Row)
	for row := range t.Rows() {
		code, word, qualified := strings.Cut(foldKey(row.Key()), " ")
		entry := entries[code]
		if qualified {
			if entry.byWord == nil {
				entry.byWord = make(map[string]Row)
			}
			entry.byWord[word] = row
		} else {
			entry.row = row
		}
		entries[code] = entry
		name := foldKey(row.Get("name"))
		if _, taken := names[name]; name != "" && !taken {
			names[name] = row
		}
	}
	return entries, names
}

// ErrorClass says what a sign-in error means: credential, password-proved,
// interrupt, mfa, lockout, blocked-address, lockout-or-blocked, account-state,
// session, consent, authorization, application, application-credential,
// device, federation or service. code is a number or a name such as
// InvalidUserNameOrPassword; text is the reason, which decides where a code has
// two meanings, and stands in for a code that is absent or zero. The class is
// "" without an error and ClassOther for one that no row knows.
func (s *Set) ErrorClass(code, text string) string {
	row, known := s.findError(code, text)
	if known {
		return row.Get("class")
	}
	if NoError(code) {
		return ""
	}
	return ClassOther
}

// ErrorOutcome says how a sign-in with that error ended. Zero without an error
// name is success; nothing at all is unknown; an error that no row knows is a
// failure.
func (s *Set) ErrorOutcome(code, text string) string {
	row, known := s.findError(code, text)
	switch {
	case known:
		return row.Get("outcome")
	case strings.TrimSpace(code) == "":
		return OutcomeUnknown
	case NoError(code):
		return OutcomeSuccess
	}
	return OutcomeFailure
}

// QualifiesError reports whether a code means something of its own together with
// a word, which may then stand for the reason.
func (s *Set) QualifiesError(code, word string) bool {
	_, ok := s.errors[foldKey(code)].byWord[foldKey(word)]
	return ok
}

// NoError reports that a record's word for an error says that it has no error:
// the word is absent, zero, a dash, or one such as None.
func NoError(word string) bool {
	word = strings.TrimSpace(word)
	return strings.Trim(word, "0-") == "" || strings.EqualFold(word, "none") || strings.EqualFold(word, "null")
}

func (s *Set) findError(code, text string) (Row, bool) {
	key := foldKey(code)
	if NoError(code) {
		key = foldKey(text)
	}
	if rest, ok := strings.CutPrefix(key, strings.ToLower(errorCodePrefix)); ok {
		digits := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsDigit(r) })
		if digits < 0 {
			digits = len(rest)
		}
		key = rest[:digits]
	}
	if row, ok := s.errorNames[key]; ok {
		return row, true
	}
	entry, ok := s.errors[key]
	if !ok {
		return Row{}, false
	}
	if entry.byWord != nil {
		if row, ok := s.errorNames[foldKey(text)]; ok {
			return row, true
		}
		for word := range strings.FieldsFuncSeq(strings.ToLower(text), notWord) {
			if row, ok := entry.byWord[word]; ok {
				return row, true
			}
		}
	}
	return entry.row, true
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }
