package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
)

// caseFile is what an examiner states of a case. Keys are those of the
// interface; an unknown one is an error with its line.
type caseFile struct {
	Case struct {
		Number     string `yaml:"number"`
		Title      string `yaml:"title"`
		Client     string `yaml:"client"`
		Examiner   string `yaml:"examiner"`
		Counsel    string `yaml:"counsel"`
		Marking    string `yaml:"marking"`
		TLP        string `yaml:"tlp"`
		ReportDate string `yaml:"report_date"`
		TimeZone   string `yaml:"time_zone"`
	} `yaml:"case"`
	Tenant struct {
		AcceptedDomains []string `yaml:"accepted_domains"`
		SisterDomains   []string `yaml:"sister_domains"`
		HomeCountries   []string `yaml:"home_countries"`
		OfficeNetworks  []string `yaml:"office_networks"`
	} `yaml:"tenant"`
	Mailboxes   map[string]mailboxFile `yaml:"mailboxes"`
	KnownGood   indicatorLists         `yaml:"known_good"`
	KnownBad    indicatorLists         `yaml:"known_bad"`
	Terms       []string               `yaml:"terms"`
	HideFolders []string               `yaml:"hide_folders"`
	Thresholds  map[string]float64     `yaml:"thresholds"`
	Evidence    []struct {
		Name         string `yaml:"name"`
		SHA256       string `yaml:"sha256"`
		SHA1         string `yaml:"sha1"`
		MD5          string `yaml:"md5"`
		ExportedBy   string `yaml:"exported_by"`
		ExportedAt   string `yaml:"exported_at"`
		ExportedFrom string `yaml:"exported_from"`
		Note         string `yaml:"note"`
	} `yaml:"evidence"`
}

type mailboxFile struct {
	HomeCountries []string `yaml:"home_countries"`
	Travel        []struct {
		Country string `yaml:"country"`
		From    string `yaml:"from"`
		To      string `yaml:"to"`
	} `yaml:"travel"`
	Clients []string `yaml:"clients"`
}

type indicatorLists struct {
	IPs        []string `yaml:"ips"`
	Networks   []string `yaml:"networks"`
	ASNs       []uint32 `yaml:"asns"`
	Sessions   []string `yaml:"sessions"`
	UserAgents []string `yaml:"user_agents"`
	Apps       []string `yaml:"apps"`
	Domains    []string `yaml:"domains"`
	Users      []string `yaml:"users"`
}

// readCase fills settings from the text of a case file, YAML or JSON.
func readCase(text []byte, s *analysis.Settings) error {
	var f caseFile
	if err := yaml.UnmarshalWithOptions(bytes.TrimPrefix(text, []byte("\ufeff")), &f, yaml.Strict()); err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			return fmt.Errorf("line %d: %s", at.GetToken().Position.Line, at.GetMessage())
		}
		return err
	}
	c := f.Case
	s.Case = analysis.Case{
		Number: c.Number, Title: c.Title, Client: c.Client, Examiner: c.Examiner, Counsel: c.Counsel, Marking: c.Marking,
		TLP: c.TLP, ReportDate: c.ReportDate, TimeZone: c.TimeZone,
	}
	for _, e := range f.Evidence {
		s.Case.Evidence = append(s.Case.Evidence, analysis.Declared(e))
	}
	s.AcceptedDomains, s.SisterDomains = f.Tenant.AcceptedDomains, f.Tenant.SisterDomains
	s.HomeCountries = upper(f.Tenant.HomeCountries)
	s.Terms, s.HideFolders = f.Terms, f.HideFolders
	known := analysis.Thresholds(bec.Suite...)
	for name, value := range f.Thresholds {
		if !slices.ContainsFunc(known, func(t *analysis.Threshold) bool { return t.Name == name }) {
			return fmt.Errorf("thresholds: none is named %q; 'becforensics analyses NAME' lists those of an analysis", name)
		}
		s.Thresholds = append(s.Thresholds, analysis.Threshold{Name: name, Value: value})
	}
	slices.SortFunc(s.Thresholds, func(a, b analysis.Threshold) int { return strings.Compare(a.Name, b.Name) })
	var err error
	if s.OfficeNetworks, err = prefixes(f.Tenant.OfficeNetworks); err != nil {
		return fmt.Errorf("tenant.office_networks: %w", err)
	}
	if s.KnownGood, err = f.KnownGood.indicators(); err != nil {
		return fmt.Errorf("known_good: %w", err)
	}
	if s.KnownBad, err = f.KnownBad.indicators(); err != nil {
		return fmt.Errorf("known_bad: %w", err)
	}
	for name, m := range f.Mailboxes {
		box, err := m.settings(name)
		if err != nil {
			return fmt.Errorf("mailboxes.%s: %w", name, err)
		}
		s.Mailboxes = append(s.Mailboxes, box)
	}
	slices.SortFunc(s.Mailboxes, func(a, b analysis.MailboxSettings) int { return strings.Compare(a.Mailbox, b.Mailbox) })
	return nil
}

func (m mailboxFile) settings(name string) (analysis.MailboxSettings, error) {
	box := analysis.MailboxSettings{Mailbox: name, HomeCountries: upper(m.HomeCountries), Clients: m.Clients}
	for _, t := range m.Travel {
		from, err := time.Parse(time.DateOnly, t.From)
		if err != nil {
			return box, fmt.Errorf("travel: %w", err)
		}
		to, err := time.Parse(time.DateOnly, t.To)
		if err != nil {
			return box, fmt.Errorf("travel: %w", err)
		}
		box.Travel = append(box.Travel, analysis.Travel{Country: strings.ToUpper(t.Country), From: from, To: to})
	}
	return box, nil
}

func (l indicatorLists) indicators() (analysis.Indicators, error) {
	out := analysis.Indicators{ASNs: l.ASNs, Sessions: l.Sessions, UserAgents: l.UserAgents, Apps: l.Apps, Domains: l.Domains, Users: l.Users}
	for _, text := range l.IPs {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return out, err
		}
		out.IPs = append(out.IPs, ip.Unmap())
	}
	var err error
	out.Networks, err = prefixes(l.Networks)
	return out, err
}

func prefixes(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func upper(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToUpper(strings.TrimSpace(s))
	}
	return out
}

// indicatorTypes are the types of an indicator file.
const indicatorTypes = " ip network asn domain address user_agent app session token message_id sha256 "

// readIndicators reads an indicator file: one value a line, or columns
// type,value,note. A value without a type is given the type that its form
// tells.
func readIndicators(text []byte) ([]analysis.Indicator, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord, r.Comment, r.TrimLeadingSpace = -1, '#', true
	records, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var out []analysis.Indicator
	for i, rec := range records {
		if i == 0 && len(rec) > 1 && strings.EqualFold(rec[0], "type") {
			continue
		}
		ind := analysis.Indicator{Value: strings.TrimSpace(rec[0])}
		if len(rec) > 1 {
			ind.Type, ind.Value = strings.ToLower(strings.TrimSpace(rec[0])), strings.TrimSpace(rec[1])
			if !strings.Contains(indicatorTypes, " "+ind.Type+" ") {
				return nil, fmt.Errorf("line %d: type %q is none of%s", i+1, rec[0], indicatorTypes)
			}
		}
		if len(rec) > 2 {
			ind.Note = rec[2]
		}
		if ind.Type == "" {
			ind.Type = indicatorType(ind.Value)
		}
		if ind.Value != "" {
			out = append(out, ind)
		}
	}
	return out, nil
}

// indicatorType tells a value's type by its form.
func indicatorType(value string) string {
	const sha256Hex = 64
	if _, err := netip.ParseAddr(value); err == nil {
		return "ip"
	}
	if _, err := netip.ParsePrefix(value); err == nil {
		return "network"
	}
	switch {
	case strings.HasPrefix(value, "<") && strings.HasSuffix(value, ">"):
		return "message_id"
	case len(value) == sha256Hex && strings.Trim(strings.ToLower(value), "0123456789abcdef") == "":
		return "sha256"
	case strings.HasPrefix(strings.ToUpper(value), "AS") && len(value) > 2 && strings.Trim(value[2:], "0123456789") == "":
		return "asn"
	case isGUID(value):
		return "session"
	case strings.Contains(value, "@") && !strings.Contains(value, " "):
		return "address"
	case strings.Contains(value, ".") && !strings.ContainsAny(value, " /("):
		return "domain"
	}
	return "user_agent"
}

func isGUID(s string) bool {
	return len(s) == 36 && strings.Count(s, "-") == 4 && strings.Trim(strings.ToLower(s), "0123456789abcdef-") == ""
}
