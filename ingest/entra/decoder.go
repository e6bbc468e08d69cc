package entra

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// A decoder is what the decoders of one file share.
type decoder struct {
	fields *column.Map
	ref    *reference.Set
	order  *clock.Order
	later  *atomic.Int64  // sign-ins that took the time of their record
	caps   []int          // numbers of records at which the export is cut off
	flags  timeline.Flags // that hold for the whole file
	whole  bool           // copies of a record must share all of it
}

func newDecoder(m *column.Map, o *ingest.Options, caps ...int) *decoder {
	return &decoder{fields: m, ref: o.Reference, order: new(clock.Order), later: new(atomic.Int64), caps: caps}
}

func (d *decoder) decoder(decode func(*rows.Record, *timeline.Event) ingest.Outcome) *ingest.Decoder {
	return &ingest.Decoder{Decode: decode, Finish: d.finish}
}

func (d *decoder) finish(s *timeline.Source) {
	s.DayFirst, s.DateOrder = d.order.Decide()
	if n := d.later.Load(); n > 0 {
		s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteAbsent, Text: fmt.Sprintf(
			"sign-ins that state no time of their own that can be read: %d; when the record was made was taken for it", n)})
	}
	ingest.NoteCap(s, d.caps)
}

// text is a field's text; the "<null>" that some exports write stands for nothing.
func (d *decoder) text(r *rows.Record, f int) string {
	s := d.fields.Text(r, f)
	if s == "<null>" {
		return ""
	}
	return s
}

// rest is the details: what no column holds, and a time or a country that could
// not be read.
func (d *decoder) rest(r *rows.Record, ev *timeline.Event) string {
	var keep []int
	if _, ok := clock.Parse(d.text(r, Time)); !ok {
		keep = append(keep, Time)
	}
	if ev.Cols[timeline.ColLogCountry] == "" {
		keep = append(keep, Country)
	}
	return d.fields.Rest(r, keep...)
}

// setTime reads the time; the reason says why it could not.
func (d *decoder) setTime(ev *timeline.Event, text string) (reason string) {
	reading, ok := clock.Parse(text)
	if !ok {
		if text == "" {
			return "record has neither a time nor a user"
		}
		return "time " + strconv.Quote(text) + ": no date that can be read"
	}
	d.take(ev, reading)
	return ""
}

// take sets the time to a reading of one.
func (d *decoder) take(ev *timeline.Event, reading clock.Reading) {
	ev.Time, ev.HasTime, ev.DayFirst = reading.Nanos, true, reading.DayFirst
	d.order.See(reading)
	if reading.Form == clock.Either {
		ev.Flags |= timeline.TimeAssumed
	}
}

// identify gives the event its id and the facts that copies of one record
// share in every shape.
func (d *decoder) identify(ev *timeline.Event, id string, r *rows.Record, facts ...string) {
	ev.ID, ev.ByContent, ev.Content = id, id == "", r.Raw
	if d.whole || id == "" {
		return
	}
	var b []byte
	for _, s := range facts {
		b = append(append(b, strings.ToLower(s)...), 0)
	}
	ev.Content = b
}

// second is the second in which something happened, as a fact.
func second(nanos int64) string { return strconv.FormatInt(nanos/int64(time.Second), 10) }

// statusOutcome is what a word for an outcome says.
func statusOutcome(status string) timeline.Outcome {
	status = strings.ToLower(status)
	switch {
	case strings.HasPrefix(status, "succe"):
		return timeline.Success
	case strings.HasPrefix(status, "fail"):
		return timeline.Failure
	case status == "interrupted":
		return timeline.Interrupted
	}
	return timeline.Unknown
}

// place is the city and the country of "City, State, CC"; of a shorter text the
// country alone.
func place(location string) (city, code string) {
	if first, rest, ok := strings.Cut(location, ","); ok && strings.Contains(rest, ",") {
		city = strings.TrimSpace(first)
	}
	return city, country(location)
}

// country is the code at the end of "City, State, CC".
func country(location string) string {
	location = strings.TrimSpace(location[strings.LastIndexByte(location, ',')+1:])
	if len(location) != len("CC") {
		return ""
	}
	return strings.ToUpper(location)
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
