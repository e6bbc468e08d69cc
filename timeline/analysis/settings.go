package analysis

import (
	"cmp"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Settings are the examiner's choices. Their tags are the one description of
// them: the case file, the flags and the tests' cases are read by it, help and
// Methodology show it.
//
//	name   the setting's name in the case file, for Set and in Methodology
//	in     the mapping of the case file that holds it
//	doc    what it says, in a line
//	by     "flag": the case file does not hold it
//	check  what a text must be: see checks
//	role   "key" and "value": a list of such structs is a mapping;
//	       "kind" and "value": one of them is written {KIND: VALUE} or KIND=VALUE;
//	       "once": no two of a list have the same
type Settings struct {
	Case            Case              `name:"case" doc:"what the cover of the report says"`
	AcceptedDomains []string          `name:"accepted_domains" in:"tenant" check:"domain" doc:"domains of the tenant; mail to any other is external"`
	SisterDomains   []string          `name:"sister_domains" in:"tenant" check:"domain" doc:"the tenant's other legitimate domains, never called lookalikes"`
	HomeCountries   []string          `name:"home_countries" in:"tenant" check:"country" doc:"countries where every user may log on from"`
	OfficeNetworks  []netip.Prefix    `name:"office_networks" in:"tenant" doc:"networks of the tenant's own sites"`
	Mailboxes       []MailboxSettings `name:"mailboxes" doc:"home countries, travel and clients of single mailboxes"`
	KnownGood       Indicators        `name:"known_good" doc:"values the examiner cleared: what rests on them only informs"`
	KnownBad        Indicators        `name:"known_bad" doc:"values the examiner holds for hostile"`
	Terms           []string          `name:"terms" doc:"search terms to look for beside the reference table"`
	HideFolders     []string          `name:"hide_folders" doc:"folders that hide mail, beside the reference table"`
	Thresholds      []Threshold       `name:"thresholds" doc:"thresholds the examiner changed"`
	Evidence        []Declared        `name:"evidence" doc:"what people declare of evidence files"`
	Review          []Review          `name:"review" doc:"what the examiner holds of rows and actors, by their ids; benign ones leave the counts"`
	Pivots          []Pivot           `name:"pivots" doc:"values that the examiner holds for hostile and starts from"`
	Members         []Membership      `name:"members" doc:"what the examiner says belongs to an actor, or does not"`
	Indicators      []Indicator       `name:"indicators" by:"flag" doc:"the examiner's own indicators"`
	Rules           []RuleFile        `name:"sigma" by:"flag" doc:"the examiner's own Sigma rules"`
	From            time.Time         `name:"from" by:"flag" doc:"start of the analysis window; what lies before is baseline"`
	To              time.Time         `name:"to" by:"flag" doc:"end of the analysis window"`
	TimelineRows    int               `name:"timeline_rows" by:"flag" doc:"most events the Timeline sheet holds whole"`
	Overridden      []string          `name:"flags_over_case_file" by:"flag" doc:"settings where a flag won over the case file"`
}

// Indicators are lists of values by type.
type Indicators struct {
	IPs        []netip.Addr   `name:"ips"`
	Networks   []netip.Prefix `name:"networks"`
	ASNs       []uint32       `name:"asns"`
	Sessions   []string       `name:"sessions"`
	UserAgents []string       `name:"user_agents"`
	Apps       []string       `name:"apps"`
	Domains    []string       `name:"domains" check:"domain"`
	Users      []string       `name:"users"`
}

// An Indicator is one value of the examiner's indicator file.
type Indicator struct {
	Type  string `name:"type"`
	Value string `name:"value"`
	Note  string `name:"note"`
}

// A RuleFile is a Sigma rule as read.
type RuleFile struct {
	Name string `name:"name"`
	Text []byte `json:"-"`
}

// A Threshold is a number that analyses compare with: an analyzer declares it
// with its default, and settings may give it another value.
type Threshold struct {
	Name  string  `name:"name" role:"key" check:"threshold"` // of the declaring analyzer and the number: hiding-rule.points
	Value float64 `name:"value" role:"value"`
	Doc   string  // what the number is; empty in settings
}

// Case is what the cover says. All of it is declared by people.
type Case struct {
	Number     string `name:"number"`
	Title      string `name:"title"`
	Client     string `name:"client"`
	Examiner   string `name:"examiner"`
	Counsel    string `name:"counsel"`
	Marking    string `name:"marking"`
	TLP        string `name:"tlp"`
	ReportDate string `name:"report_date"`
	TimeZone   string `name:"time_zone" check:"zone"` // shown beside UTC
}

// Declared is what people say of an evidence file: shown beside what was
// observed, never instead of it.
type Declared struct {
	ID           string `name:"id" check:"evidence"` // the id under which the file was cited before
	Exhibit      string `name:"exhibit"`
	Name         string `name:"name"`
	SHA256       string `name:"sha256" check:"sha256"`
	SHA1         string `name:"sha1" check:"sha1"`
	MD5          string `name:"md5" check:"md5"`
	ExportedBy   string `name:"exported_by"`
	ExportedAt   string `name:"exported_at"`
	ExportedFrom string `name:"exported_from"`
	Note         string `name:"note"`
}

// check holds an id to the hash of the file that it is given.
func (d *Declared) check() error {
	if d.ID != "" && d.SHA256 == "" {
		return fmt.Errorf("id %s is given to no sha256", d.ID)
	}
	return nil
}

// Is reports whether the declaration is of the file with this hash: by the
// hash that it declares, else by the name.
func (d *Declared) Is(name, sha256 string) bool {
	if d.SHA256 != "" {
		return strings.EqualFold(d.SHA256, sha256)
	}
	return d.Name == name
}

// EvidenceNumbers are the numbers in the ids that the examiner gave evidence, by
// SHA-256.
func (s *Settings) EvidenceNumbers() map[string]uint32 {
	numbers := map[string]uint32{}
	for _, d := range s.Evidence {
		if n, ok := evidenceNumber(d.ID); ok {
			numbers[strings.ToLower(d.SHA256)] = n
		}
	}
	return numbers
}

// Threshold returns the examiner's value for a threshold, else its default.
func (s *Settings) Threshold(t Threshold) float64 {
	for _, own := range s.Thresholds {
		if own.Name == t.Name {
			return own.Value
		}
	}
	return t.Value
}

// A Used setting is one that was set, as Methodology and the findings list it.
type Used struct{ Name, Doc, Value string }

// Used lists the settings that are not empty, sorted by name.
func (s *Settings) Used() []Used {
	var used []Used
	v := reflect.ValueOf(*s)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if v.Field(i).IsZero() {
			continue
		}
		used = append(used, Used{f.Tag.Get("name"), f.Tag.Get("doc"), plain(v.Field(i))})
	}
	slices.SortFunc(used, func(a, b Used) int { return cmp.Compare(a.Name, b.Name) })
	return used
}

// Docs are the documents of all settings by name.
func Docs() map[string]string {
	docs := map[string]string{}
	for f := range reflect.TypeFor[Settings]().Fields() {
		docs[f.Tag.Get("name")] = f.Tag.Get("doc")
	}
	return docs
}

// plain makes a setting readable: lists by commas, structs by the members that
// are set.
func plain(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() {
			return ""
		}
		return x.UTC().Format(time.RFC3339Nano)
	case fmt.Stringer:
		return x.String()
	}
	var parts []string
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			parts = append(parts, plain(v.Index(i)))
		}
		return strings.Join(parts, ", ")
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Tag.Get("name"); name != "" && !v.Field(i).IsZero() {
				parts = append(parts, name+" "+plain(v.Field(i)))
			}
		}
		return strings.Join(parts, "; ")
	}
	return fmt.Sprint(v.Interface())
}

// Outside reports whether a span lies wholly outside of the examiner's window.
// A span without a time doesn't.
func (s *Settings) Outside(first, last time.Time) bool {
	return s != nil && !first.IsZero() && (!s.From.IsZero() && last.Before(s.From) || !s.To.IsZero() && !first.Before(s.To))
}
