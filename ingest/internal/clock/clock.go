// Package clock reads the times that exports write: ISO 8601 with any number
// of fraction digits, the /Date(ms)/ of PowerShell's JSON, seconds and parts of
// them since 1970, dates of mail, and dates in the culture of whoever exported them. Where day and month could be either way it
// gives both readings; a file's own dates decide which holds, and Order
// gathers that decision. It knows no file formats and no columns.
package clock

import (
	"strconv"
	"strings"
	"time"
)

// A Reading is what a text says of a moment, in nanoseconds since 1970, UTC.
type Reading struct {
	Nanos int64
	// DayFirst is the same text read with the day before the month; 0 if that
	// is no date or the text leaves no choice.
	DayFirst int64
	// Form says how the text was written.
	Form Form
	// Zoneless says that the text names no zone: UTC was assumed.
	Zoneless bool
}

// A Form is how a time was written.
type Form uint8

// Forms. A culture's date is MonthFirst or DayFirst where only that order
// makes a date, and Either where both do.
const (
	ISO Form = iota
	Epoch
	MonthFirst
	DayFirst
	Either
)

// Years outside of these are no times of a mail system but defaults of
// software: they are not read.
const (
	minYear = 1990
	maxYear = 2100
)

// Parse reads a time; false if the text is no time.
func Parse(s string) (Reading, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 4 && s[4] == '-' {
		return parseISO(s)
	}
	if r, ok := parseEpoch(s); ok {
		return r, true
	}
	if r, ok := parseMail(s); ok {
		return r, true
	}
	return parseCulture(s)
}

// parseISO reads 2018-05-01T08:00:00.1234567Z, with a blank for the T, with
// an offset, or without a zone.
func parseISO(s string) (Reading, bool) {
	const shortest = len("2006-01-02T15:04:05")
	if len(s) < len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return Reading{}, false
	}
	if len(s) == len("2006-01-02") {
		s += "T00:00:00"
	}
	if len(s) < shortest || s[10] != 'T' && s[10] != ' ' && s[10] != 't' || s[13] != ':' || s[16] != ':' {
		return Reading{}, false
	}
	var bad bool
	num := func(from, to int) int {
		n := 0
		for _, c := range []byte(s[from:to]) {
			if c < '0' || c > '9' {
				bad = true
			}
			n = n*10 + int(c-'0')
		}
		return n
	}
	year, month, day := num(0, 4), num(5, 7), num(8, 10)
	hour, minute, second := num(11, 13), num(14, 16), num(17, 19)
	if bad {
		return Reading{}, false
	}
	rest := s[shortest:]
	nanos := 0
	if len(rest) > 0 && (rest[0] == '.' || rest[0] == ',') {
		i, unit := 1, 100_000_000
		for ; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
			nanos += int(rest[i]-'0') * unit
			unit /= 10
		}
		rest = rest[i:]
	}
	offset, zoneless, ok := parseZone(rest)
	t, valid := date(year, month, day, hour, minute, second, nanos)
	if !ok || !valid {
		return Reading{}, false
	}
	return Reading{Nanos: t - int64(offset)*int64(time.Second), Zoneless: zoneless}, true
}

// parseZone reads what follows the time of day: nothing, Z, UTC, ±hh:mm.
func parseZone(s string) (seconds int, zoneless, ok bool) {
	s = strings.TrimSpace(s)
	switch s {
	case "":
		return 0, true, true
	case "Z", "z", "UTC", "GMT":
		return 0, false, true
	}
	sign := 1
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false, false
	}
	digits := strings.ReplaceAll(s[1:], ":", "")
	if len(digits) != 4 {
		return 0, false, false
	}
	h, err1 := strconv.Atoi(digits[:2])
	m, err2 := strconv.Atoi(digits[2:])
	if err1 != nil || err2 != nil || h > 14 || m > 59 {
		return 0, false, false
	}
	return sign * (h*3600 + m*60), false, true
}

// date makes a moment of its parts, none of which may overflow into the next. A
// leap second is the second before it.
func date(year, month, day, hour, minute, second, nanos int) (int64, bool) {
	if year < minYear || year > maxYear || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, min(second, 59), nanos, time.UTC)
	return t.UnixNano(), t.Day() == day
}

// parseEpoch reads /Date(1525165200000)/, in milliseconds, with or without
// the backslashes of JSON and an offset, which only tells a zone; and bare
// numbers since 1970, of which the length tells the unit: seconds with or without
// a fraction, milli-, micro- or nanoseconds.
func parseEpoch(s string) (Reading, bool) {
	inner, ok := strings.CutPrefix(strings.ReplaceAll(s, `\`, ""), "/Date(")
	if !ok {
		return parseSince1970(s)
	}
	inner, ok = strings.CutSuffix(inner, ")/")
	if !ok {
		return Reading{}, false
	}
	if i := strings.LastIndexAny(inner, "+-"); i > 0 {
		inner = inner[:i]
	}
	ms, err := strconv.ParseInt(inner, 10, 64)
	if err != nil {
		return Reading{}, false
	}
	return since1970(time.UnixMilli(ms))
}

// parseSince1970 reads a bare number.
func parseSince1970(s string) (Reading, bool) {
	whole, fraction, parted := strings.Cut(s, ".")
	digits := whole + fraction
	if len(whole) != len("1525165200") && (parted || len(whole)%3 != 1) || len(digits) < len("1525165200") {
		return Reading{}, false
	}
	const nanos = len("1525165200000000000")
	if len(digits) > nanos {
		digits = digits[:nanos]
	}
	n, err := strconv.ParseUint(digits+strings.Repeat("0", nanos-len(digits)), 10, 63)
	if err != nil {
		return Reading{}, false
	}
	return since1970(time.Unix(0, int64(n)))
}

func since1970(t time.Time) (Reading, bool) {
	if y := t.UTC().Year(); y < minYear || y > maxYear {
		return Reading{}, false
	}
	return Reading{Nanos: t.UnixNano(), Form: Epoch}, true
}
