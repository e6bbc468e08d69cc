package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"becforensics/timeline/analysis"
)

// Findings are a report's findings as data, read back for comparison.
type Findings struct {
	Schema string `json:"schema"`
	Tool   struct {
		Version string `json:"version"`
	} `json:"tool"`
	Settings map[string]string `json:"settings"`
	Evidence []struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		SHA256 string `json:"sha256"`
	} `json:"evidence"`
	Findings []struct {
		Analysis string           `json:"analysis"`
		Version  int              `json:"version"`
		Status   string           `json:"status"`
		Rows     []map[string]any `json:"rows"`
	} `json:"findings"`
	Actors   []map[string]any `json:"actors"`
	Exposure []map[string]any `json:"exposure"`

	hashes map[string]string // SHA-256 of evidence by id
}

// ReadFindings reads what WriteFindings wrote. Another schema is an error.
func ReadFindings(text []byte) (*Findings, error) {
	var f Findings
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("not the findings of a report: %w", err)
	}
	switch f.Schema {
	case findingsSchema:
	case "":
		return nil, errors.New("not the findings of a report: it names no schema")
	default:
		return nil, fmt.Errorf("its schema is %q, not %q: analyse its evidence with this version to compare", f.Schema, findingsSchema)
	}
	f.hashes = map[string]string{}
	for _, e := range f.Evidence {
		f.hashes[e.ID] = e.SHA256
	}
	return &f, nil
}

// A Change is a thing that only one of two reports has, or that they tell
// differently.
type Change struct {
	How  ChangeKind
	ID   string
	What string   // the thing in a line, as the later report has it that has it at all
	Told []string // of a changed one, what differs
	// Of is the analysis whose row only informs in both reports; empty if the
	// row is suspicious in one, or if the thing is no such row.
	Of string
}

// ChangeKind says what became of a thing from one report to another.
type ChangeKind string

// Kinds of changes, in the order in which they are listed.
const (
	New     ChangeKind = "new"
	Gone    ChangeKind = "gone"
	Changed ChangeKind = "changed"
)

// A Comparison is what differs between two reports. The lists are in the order
// of kinds, then in that of the report that has the thing.
type Comparison struct {
	Evidence, Settings, Analyses []Change // what the other differences may come from
	Rows, Actors, Exposed        []Change
}

// Compare tells two reports apart: rows and actors by their ids, exposed
// messages by mailbox, message and actor. Origins are compared by the hash of
// their file, so that evidence under another id is the same evidence.
func Compare(before, after *Findings) *Comparison {
	c := &Comparison{
		Evidence: difference(before.files(), after.files()),
		Settings: difference(before.settings(), after.settings()),
		Analyses: difference(before.analyses(), after.analyses()),
		Rows:     difference(before.rows(), after.rows()),
		Actors:   difference(before.actors(), after.actors()),
		Exposed:  difference(before.exposed(), after.exposed()),
	}
	c.Settings = slices.DeleteFunc(c.Settings, func(d Change) bool { return d.ID == "flags_over_case_file" })
	return c
}

// A thing is one element of a report to be found in another.
type thing struct {
	id, what string
	informs  string         // the analysis, if it is a row that only informs
	members  map[string]any // compared
	shown    map[string]any // the same as the report has them
}

// difference lists what differs between two lists of things.
func difference(before, after []thing) []Change {
	was, is := byID(before), byID(after)
	var changes []Change
	for _, t := range after {
		if was[t.id] == nil {
			changes = append(changes, Change{How: New, ID: t.id, What: t.what, Of: t.informs})
		}
	}
	for _, t := range before {
		if is[t.id] == nil {
			changes = append(changes, Change{How: Gone, ID: t.id, What: t.what, Of: t.informs})
		}
	}
	for _, t := range after {
		if old := was[t.id]; old != nil {
			d := Change{How: Changed, ID: t.id, What: t.what, Told: tell(old, is[t.id])}
			if old.informs == t.informs {
				d.Of = t.informs
			}
			if len(d.Told) > 0 {
				changes = append(changes, d)
			}
		}
	}
	return changes
}

// byID finds things. Where several have one id, the later ones are numbered.
func byID(list []thing) map[string]*thing {
	found := map[string]*thing{}
	for i := range list {
		t := &list[i]
		for id, n := t.id, 2; found[t.id] != nil; n++ {
			t.id = fmt.Sprintf("%s (%d)", id, n)
		}
		found[t.id] = t
	}
	return found
}

func (f *Findings) files() []thing {
	var list []thing
	for _, e := range f.Evidence {
		list = append(list, thing{id: e.SHA256, what: e.Name + "  SHA-256 " + e.SHA256})
	}
	return list
}

func (f *Findings) settings() []thing {
	var list []thing
	for name, value := range f.Settings {
		list = append(list, plainThing(name, name+"  "+short(value), map[string]any{"value": value}))
	}
	slices.SortFunc(list, func(a, b thing) int { return strings.Compare(a.id, b.id) })
	return list
}

func (f *Findings) analyses() []thing {
	var list []thing
	for _, a := range f.Findings {
		ended := a.Status
		if ended == "found" || ended == "nothing" {
			ended = "ran"
		}
		list = append(list, plainThing(a.Analysis, fmt.Sprintf("%s  version %d, %s", a.Analysis, a.Version, ended), map[string]any{"version": json.Number(fmt.Sprint(a.Version)), "status": ended}))
	}
	return list
}

func plainThing(id, what string, members map[string]any) thing {
	return thing{id: id, what: what, members: members, shown: members}
}

func (f *Findings) rows() []thing {
	var list []thing
	for _, a := range f.Findings {
		for _, r := range a.Rows {
			row := f.thing(asText(r["id"]), joined(r, "id", "severity", "user", "mailbox", "first"), r)
			if r["severity"] == analysis.Info.String() {
				row.informs = a.Analysis
			}
			list = append(list, row)
		}
	}
	return list
}

func (f *Findings) actors() []thing {
	var list []thing
	for _, a := range f.Actors {
		list = append(list, f.thing(asText(a["id"]), joined(a, "id", "band", "user", "first"), a))
	}
	return list
}

func (f *Findings) exposed() []thing {
	var list []thing
	for _, e := range f.Exposure {
		id := asText(e["mailbox"]) + " " + asText(e["message"])
		if e["message"] == nil || e["message"] == "" {
			id += asText(e["folder"])
		}
		if who := asText(e["actor"]); who != "" {
			id += " " + who
		}
		list = append(list, f.thing(id, joined(e, "mailbox", "message", "certainty", "subject", "first"), e))
	}
	return list
}

func (f *Findings) thing(id, what string, members map[string]any) thing {
	compared, _ := f.resolve(members).(map[string]any)
	return thing{id: id, what: what, members: compared, shown: members}
}

// asText is a member that is a text; empty if it is no text.
func asText(v any) string {
	s, _ := v.(string)
	return s
}

// joined is the texts of some members, without those that say the same as the
// one before.
func joined(members map[string]any, names ...string) string {
	var parts []string
	for _, name := range names {
		if s := asText(members[name]); s != "" && (len(parts) == 0 || parts[len(parts)-1] != s) {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "  ")
}

var citation = regexp.MustCompile(`\bE\d+:`)

// resolve is a value in which every origin names its file by hash.
func (f *Findings) resolve(v any) any {
	switch v := v.(type) {
	case string:
		return citation.ReplaceAllStringFunc(v, func(id string) string {
			if hash := f.hashes[strings.TrimSuffix(id, ":")]; hash != "" {
				return hash + ":"
			}
			return id
		})
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = f.resolve(v[i])
		}
		return list
	case map[string]any:
		members := map[string]any{}
		for name := range v {
			members[name] = f.resolve(v[name])
		}
		return members
	}
	return v
}
