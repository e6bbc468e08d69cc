// Package entra turns records of Entra ID into events, wherever they lie in a
// file: sign-ins, directory audits, risk detections and risky users, calls of
// Graph, and the records of the diagnostic settings that wrap any of them. The
// sources say by their Paths where a layout keeps its fields. It recognises no
// files and judges nothing.
package entra

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

// A Field is a fact that records of Entra ID state; each kind of record has
// some of them.
type Field uint8

// The fields.
const (
	Time    Field = iota
	Created       // when a sign-in began, where the time is that of its record
	ID
	Correlation
	User
	Principal   // service principal or managed identity
	PrincipalID // application behind it
	IP
	Country
	Code   // error code
	Status // outcome in a word
	Reason // of a failure, in words
	App
	AppID
	Client
	UserAgent
	Session
	Token
	DeviceID
	DeviceName
	Resource
	Interactive
	EventTypes
	Category
	Operation
	Targets    // objects acted upon
	Additional // list of keys and values
	RiskType
	RiskLevel
	RiskState
	RiskTypes     // of a sign-in
	RiskAggregate // level of the user, where that of the sign-in is not stated
	Protocol
	Transfer
	Method // of a call of Graph
	numFields
)

// Paths are where a layout keeps its fields, in the order of preference.
type Paths [numFields][]string

// below puts paths below a key.
func (p Paths) below(key string) Paths {
	for f, list := range p {
		p[f] = make([]string, len(list))
		for i, path := range list {
			p[f][i] = key + "." + path
		}
	}
	return p
}

// A decoder is what the decoders of one file share.
type decoder struct {
	header []string
	paths  *paths.Map
	ref    *reference.Set
	order  *clock.Order
	lag    *lag
	caps   []int          // numbers of records at which the export is cut off
	flags  timeline.Flags // that hold for the whole file
	whole  bool           // copies of a record must share all of it
}

func newDecoder(h *ingest.Head, o *ingest.Options, p Paths) *decoder {
	d := &decoder{ref: o.Reference, order: new(clock.Order), lag: new(lag)}
	if h.IsCSV() {
		d.header = Header(h, o.Reference)
	}
	d.paths = paths.New(d.header, pascal(h, p), p[:]...)
	return d
}

// pascal reports whether a JSON file writes keys with a capital that the paths
// write without.
func pascal(h *ingest.Head, p Paths) bool {
	for _, k := range h.Shape.Keys {
		for _, path := range p[Time] {
			if k != path && strings.EqualFold(k, path) {
				return true
			}
		}
	}
	return false
}

func (d *decoder) decoder(decode func(*rows.Record, *timeline.Event) ingest.Outcome) *ingest.Decoder {
	return &ingest.Decoder{Decode: decode, Finish: d.finish}
}

func (d *decoder) finish(s *timeline.Source) {
	s.DayFirst, s.DateOrder = d.order.Decide()
	d.lag.note(s)
	ingest.NoteCap(s, d.caps)
}

// text is a field's text; the "<null>" that some exports write is none.
func (d *decoder) text(r *rows.Record, f Field) string {
	s := d.paths.Text(r, int(f))
	if s == "<null>" {
		return ""
	}
	return s
}

// rest is the details: what no column holds. A time that could not be read is
// in none.
func (d *decoder) rest(r *rows.Record, ev *timeline.Event) string {
	if ev.HasTime {
		return d.paths.Rest(r)
	}
	return d.paths.Rest(r, int(Time))
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
