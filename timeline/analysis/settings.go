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

// Settings are the examiner's choices. The tags name each setting as
// Methodology lists it and say what it does; flags and the case file fill
// them.
type Settings struct {
	AcceptedDomains []string          `name:"accepted_domains" doc:"domains of the tenant; mail to any other is external"`
	SisterDomains   []string          `name:"sister_domains" doc:"the tenant's other legitimate domains, never called lookalikes"`
	HomeCountries   []string          `name:"home_countries" doc:"countries where every user may log on from"`
	OfficeNetworks  []netip.Prefix    `name:"office_networks" doc:"networks of the tenant's own sites"`
	Mailboxes       []MailboxSettings `name:"mailboxes" doc:"home countries, travel and clients of single mailboxes"`
	KnownGood       Indicators        `name:"known_good" doc:"values the examiner cleared; shown, not accused"`
	KnownBad        Indicators        `name:"known_bad" doc:"values the examiner holds for hostile"`
	Terms           []string          `name:"terms" doc:"search terms to look for beside the reference table"`
	HideFolders     []string          `name:"hide_folders" doc:"folders that hide mail, beside the reference table"`
	Thresholds      []Threshold       `name:"thresholds" doc:"thresholds the examiner changed"`
	Indicators      []Indicator       `name:"indicators" doc:"the examiner's own indicators"`
	Rules           []RuleFile        `name:"sigma" doc:"the examiner's own Sigma rules"`
	From            time.Time         `name:"from" doc:"start of the analysis window; what lies before is baseline"`
	To              time.Time         `name:"to" doc:"end of the analysis window"`
	TimelineRows    int               `name:"timeline_rows" doc:"most events the Timeline sheet holds whole"`
	Case            Case              `name:"case" doc:"what the cover of the report says"`
	Overridden      []string          `name:"flags_over_case_file" doc:"settings where a flag won over the case file"`
}

// MailboxSettings are what the examiner knows of one mailbox's owner.
type MailboxSettings struct {
	Mailbox       string
	HomeCountries []string
	Travel        []Travel
	Clients       []string
}

// Travel is a declared stay abroad, both days included.
type Travel struct {
	Country  string
	From, To time.Time
}

// Indicators are lists of values by type.
type Indicators struct {
	IPs        []netip.Addr
	Networks   []netip.Prefix
	ASNs       []uint32
	Sessions   []string
	UserAgents []string
	Apps       []string
	Domains    []string
	Users      []string
}

// An Indicator is one value of the examiner's indicator file.
type Indicator struct{ Type, Value, Note string }

// A RuleFile is a Sigma rule as read.
type RuleFile struct {
	Name string
	Text []byte `json:"-"`
}

// A Threshold is a number that analyses compare with: an analyzer declares it
// with its default, and settings may give it another value.
type Threshold struct {
	Name  string // of the declaring analyzer and the number: hiding-rule.points
	Value float64
	Doc   string // what the number is; empty in settings
}

// Case is what the cover says. All of it is declared by people.
type Case struct {
	Number, Title, Client, Examiner, Counsel, Marking, TLP, ReportDate, TimeZone string
	Evidence                                                                     []Declared
}

// Declared is what people say of an evidence file: shown beside what was
// observed, never instead of it.
type Declared struct {
	Name, SHA256, SHA1, MD5, ExportedBy, ExportedAt, ExportedFrom, Note string
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

// For returns the settings of a mailbox, without regard to case.
func (s *Settings) For(mailbox string) MailboxSettings {
	for _, m := range s.Mailboxes {
		if strings.EqualFold(m.Mailbox, mailbox) {
			return m
		}
	}
	return MailboxSettings{Mailbox: mailbox}
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

// plain makes a setting readable: lists by commas, structs by the fields that
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
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return ""
		}
		for i := range v.Len() {
			parts = append(parts, plain(v.Index(i)))
		}
		return strings.Join(parts, ", ")
	case reflect.Struct:
		for i := range v.NumField() {
			if text := plain(v.Field(i)); text != "" && !v.Field(i).IsZero() {
				parts = append(parts, v.Type().Field(i).Name+" "+text)
			}
		}
		return strings.Join(parts, "; ")
	}
	return fmt.Sprint(v.Interface())
}
