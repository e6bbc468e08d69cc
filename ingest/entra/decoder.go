package entra

import (
	"strconv"
	"strings"
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
	lag    *lag
	caps   []int          // numbers of records at which the export is cut off
	flags  timeline.Flags // that hold for the whole file
	whole  bool           // copies of a record must share all of it
}

func newDecoder(m *column.Map, o *ingest.Options, caps ...int) *decoder {
	return &decoder{fields: m, ref: o.Reference, order: new(clock.Order), lag: new(lag), caps: caps}
}

func (d *decoder) decoder(decode func(*rows.Record, *timeline.Event) ingest.Outcome) *ingest.Decoder {
	return &ingest.Decoder{Decode: decode, Finish: d.finish}
}

func (d *decoder) finish(s *timeline.Source) {
	s.DayFirst, s.DateOrder = d.order.Decide()
	d.lag.note(s)
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

// rest is the details: what no column holds, and a time that could not be
// read.
func (d *decoder) rest(r *rows.Record, ev *timeline.Event) string {
	if ev.HasTime {
		return d.fields.Rest(r)
	}
	return d.fields.Rest(r, Time)
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
	ev.Time, ev.HasTime, ev.DayFirst = reading.Nanos, true, reading.DayFirst
	d.order.See(reading)
	if reading.Form == clock.Either {
		ev.Flags |= timeline.TimeAssumed
	}
	return ""
}

// identify gives the event its id and the facts that copies of one record
// share in every shape, beside the second in which it happened.
func (d *decoder) identify(ev *timeline.Event, id string, r *rows.Record, happened int64, facts ...string) {
	ev.ID, ev.ByContent, ev.Content = id, id == "", r.Raw
	if d.whole || id == "" {
		return
	}
	b := strconv.AppendInt(nil, happened/int64(time.Second), 10)
	for _, s := range facts {
		b = append(append(b, 0), strings.ToLower(s)...)
	}
	ev.Content = b
}

// statusOutcome is what a word for an outcome says.
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
