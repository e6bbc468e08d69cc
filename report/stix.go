package report

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// A stixObject is an object of STIX 2.1. What a kind of object lacks is left
// out.
type stixObject struct {
	Type        string   `json:"type"`
	SpecVersion string   `json:"spec_version"`
	ID          string   `json:"id"`
	CreatedBy   string   `json:"created_by_ref,omitempty"`
	Created     string   `json:"created"`
	Modified    string   `json:"modified"`
	Name        string   `json:"name,omitempty"`
	Class       string   `json:"identity_class,omitempty"`
	Description string   `json:"description,omitempty"`
	Types       []string `json:"indicator_types,omitempty"`
	Pattern     string   `json:"pattern,omitempty"`
	PatternType string   `json:"pattern_type,omitempty"`
	ValidFrom   string   `json:"valid_from,omitempty"`
	First       string   `json:"first_seen,omitempty"`
	Last        string   `json:"last_seen,omitempty"`
	Count       int      `json:"count,omitempty"`
	SightingOf  string   `json:"sighting_of_ref,omitempty"`
}

type stixBundle struct {
	Type    string       `json:"type"`
	ID      string       `json:"id"`
	Objects []stixObject `json:"objects"`
}

// stixSpace is the name space of the ids: they are made of what they name, as
// UUIDs of version 5, so that the same indicator has the same id in every
// case.
var stixSpace = [16]byte{0x6b, 0x1f, 0x5a, 0x0e, 0x52, 0x1c, 0x4b, 0x0d, 0x9c, 0x43, 0x3e, 0x7d, 0x0a, 0x92, 0xc4, 0x17}

// stixID is the id of an object of a type.
func stixID(kind string, names ...string) string {
	sum := sha1.Sum(append(stixSpace[:], strings.Join(append([]string{kind}, names...), "\x00")...))
	id := sum[:16]
	id[6], id[8] = id[6]&0x0f|0x50, id[8]&0x3f|0x80
	text := hex.EncodeToString(id)
	return kind + "--" + strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

// stixEpoch stands for a time that no record states, where STIX demands one.
var stixEpoch = time.Unix(0, 0)

// stixTime is a time as STIX writes it: with milliseconds.
func stixTime(t time.Time) string {
	if t.IsZero() {
		t = stixEpoch
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// WriteSTIX writes the indicators of the actors as a bundle of STIX 2.1: an
// indicator for each value, and a sighting for each actor that had it. Nothing
// in it comes from a clock: an object is as old as the last act that it tells of.
func WriteSTIX(w io.Writer, c *Case) error {
	b := stixBundle{Type: "bundle"}
	by := stixObject{
		Type: "identity", SpecVersion: "2.1", ID: stixID("identity", "becforensics"), Created: stixTime(stixEpoch), Modified: stixTime(stixEpoch),
		Name: "becforensics", Class: "system",
	}
	at := map[string]int{}
	var sightings []stixObject
	list := actor.Indicators.From(c.Conclusion)
	for k := range list {
		i := &list[k]
		id := stixID("indicator", i.Type, i.Value)
		one := stixObject{
			Type: "indicator", SpecVersion: "2.1", ID: id, CreatedBy: by.ID, Created: stixTime(i.First), Modified: stixTime(i.Last),
			Name: i.Type + " " + i.Value, Types: []string{stixKind(i.Actor.Band)}, Pattern: stixPattern(i.Type, i.Value), PatternType: "stix", ValidFrom: stixTime(i.First),
			Description: "Borne by acts that are consistent with a compromise of the account " + i.Actor.User + ", and by none of an owner in the evidence read.",
		}
		if n, known := at[id]; known {
			first := &b.Objects[n]
			first.Created, first.ValidFrom, first.Modified = min(first.Created, one.Created), min(first.ValidFrom, one.ValidFrom), max(first.Modified, one.Modified)
		} else {
			at[id] = len(b.Objects)
			b.Objects = append(b.Objects, one)
		}
		sighting := stixObject{
			Type: "sighting", SpecVersion: "2.1", ID: stixID("sighting", i.Type, i.Value, i.Actor.ID), CreatedBy: by.ID, Created: stixTime(i.First), Modified: stixTime(i.Last),
			Description: i.Actor.ID + ", " + i.Actor.Band.String() + "; records " + origins(i.Origins), Count: i.Count, SightingOf: id,
		}
		if !i.First.IsZero() {
			sighting.First, sighting.Last = stixTime(i.First), stixTime(i.Last)
		}
		sightings = append(sightings, sighting)
	}
	b.Objects = slices.Concat([]stixObject{by}, b.Objects, sightings)
	var ids []string
	for _, o := range b.Objects {
		ids = append(ids, o.ID, o.Modified, strconv.Itoa(o.Count))
	}
	b.ID = stixID("bundle", ids...)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(b); err != nil {
		return fmt.Errorf("write STIX: %w", err)
	}
	return nil
}

// stixKind is the word of the open vocabulary of indicator types for a band.
func stixKind(b actor.Band) string {
	if b == actor.BandAct {
		return "malicious-activity"
	}
	return "anomalous-activity"
}

// stixPattern is the pattern that finds a value. What STIX has no object for
// has one whose name begins with x-.
func stixPattern(kind, value string) string {
	path := "x-m365-" + kind + ":value"
	operator := "="
	literal := "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
	family := "ipv4-addr:value"
	if strings.Contains(value, ":") {
		family = "ipv6-addr:value"
	}
	switch kind {
	case analysis.IndicatorIP:
		path = family
	case analysis.IndicatorNetwork:
		path, operator = family, "ISSUBSET"
	case analysis.IndicatorASN:
		path, literal = "autonomous-system:number", strings.TrimPrefix(value, "AS")
	case analysis.IndicatorAgent:
		path = "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"
	case analysis.IndicatorDomain:
		path = "domain-name:value"
	case analysis.IndicatorAddress:
		path = "email-addr:value"
	case analysis.IndicatorMessageID:
		path = "email-message:message_id"
	}
	return "[" + path + " " + operator + " " + literal + "]"
}
