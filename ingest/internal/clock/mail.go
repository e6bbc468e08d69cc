package clock

import (
	"strconv"
	"strings"
	"time"
)

// ParseMail reads the date of a mail's header, "Tue, 1 May 2018 08:00:00 +0200
// (CEST)" (RFC 5322, 3.3 and 4.3), with or without the day of the week, the
// seconds and the zone. Letters for a zone other than those that RFC 5322
// defines say nothing: UTC is assumed. Where no such date stands it reads what
// Parse reads.
func ParseMail(s string) (Reading, bool) {
	if r, ok := parseMail(s); ok {
		return r, true
	}
	return Parse(s)
}

func parseMail(s string) (Reading, bool) {
	if i := strings.IndexByte(s, '('); i >= 0 {
		s = s[:i]
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == '\r' || r == '\n' })
	if len(words) > 0 && !isDigit(words[0][0]) { // the day of the week
		words = words[1:]
	}
	if len(words) < 4 {
		return Reading{}, false
	}
	day, err1 := strconv.Atoi(words[0])
	month := monthNamed(words[1])
	year, err2 := strconv.Atoi(words[2])
	if err1 != nil || err2 != nil || month == 0 {
		return Reading{}, false
	}
	if year < 50 { // RFC 5322, 4.3
		year += 2000
	} else if year < 1000 {
		year += 1900
	}
	var clock [3]int
	parts := strings.Split(words[3], ":")
	if len(parts) < 2 || len(parts) > 3 {
		return Reading{}, false
	}
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			return Reading{}, false
		}
		clock[i] = n
	}
	clock[2] = min(clock[2], 59) // a leap second is its minute's last
	nanos, ok := date(year, month, day, clock[0], clock[1], clock[2], 0)
	if !ok {
		return Reading{}, false
	}
	zone := ""
	if len(words) > 4 {
		zone = words[4]
	}
	if half := strings.ToUpper(zone); half == "AM" || half == "PM" { // no date of mail
		return Reading{}, false
	}
	offset, known := mailZone(zone)
	return Reading{Nanos: nanos - int64(offset)*int64(time.Second), Zoneless: !known}, true
}

// monthNamed is the number of a month by its English name, at least three
// letters of it; 0 if they name no month.
func monthNamed(s string) int {
	for m := time.January; m <= time.December; m++ {
		if len(s) >= 3 && len(s) <= len(m.String()) && strings.EqualFold(s, m.String()[:len(s)]) {
			return int(m)
		}
	}
	return 0
}

// mailZone is the offset of a zone in seconds, and whether it is one.
func mailZone(s string) (seconds int, known bool) {
	s = strings.ToUpper(s)
	if s == "UT" {
		return 0, true
	}
	// EST, EDT … PST, PDT: Eastern is five hours behind, each further one more.
	if len(s) == 3 && s[2] == 'T' && (s[1] == 'S' || s[1] == 'D') {
		if i := strings.IndexByte("ECMP", s[0]); i >= 0 {
			hours := 5 + i
			if s[1] == 'D' {
				hours--
			}
			return -hours * 3600, true
		}
	}
	seconds, zoneless, ok := parseZone(s)
	return seconds, ok && !zoneless
}
