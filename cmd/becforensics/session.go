package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"becforensics/geo"
	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
	"becforensics/timeline/reference"
)

// evidenceFlags are what every command that reads evidence takes.
type evidenceFlags struct {
	Evidence []string `arg:"" help:"Files or folders of exports; .zip and .gz are read as containers." access:"read"`

	Mailbox        []string `help:"Mailbox of exports that do not name theirs: UPN, or UPN=FILE for one file; repeatable." placeholder:"UPN" sep:"none"`
	HomeCountry    []string `help:"${home_countries} (ISO 3166 codes)." placeholder:"CC"`
	AcceptedDomain []string `help:"${accepted_domains}." placeholder:"D"`
	Geo            []string `help:"Geolocation databases that answer before the embedded ones." placeholder:"FILE.mmdb" sep:"none" access:"read"`
	Reference      string   `help:"Folder of reference tables that replace the shipped ones of the same name." placeholder:"DIR" access:"read"`
	Case           string   `help:"Case file, YAML or JSON." placeholder:"FILE" access:"read"`
	From           string   `help:"${from}: RFC 3339 or a date (UTC)." placeholder:"T"`
	To             string   `help:"${to}." placeholder:"T"`
	Memory         string   `help:"Memory for columns, as 2GiB, or unlimited; what does not fit lies in a temporary file (128MiB)." placeholder:"SIZE"`
	Temp           string   `help:"Folder of that file; unless given, the output's, or the system's own." placeholder:"DIR" access:"temp"`
}

// A session is the inputs of one run, opened.
type session struct {
	set       *evidence.Set
	settings  *analysis.Settings
	options   *ingest.Options
	reference *reference.Set
	places    func() (*geo.DB, error) // geolocation, opened once
	storage   timeline.Storage
	timeline  *timeline.Timeline // once sealed
	line      []string           // the command line
}

// close lets go of the inputs and of the timeline.
func (s *session) close() {
	if s.timeline != nil {
		s.timeline.Close()
	}
	s.set.Close()
}

// memberShare is the part of --memory that unpacked members may take.
const memberShare = 4

// open opens all inputs. Databases, overlays and the case file go through
// evidence like the exports, so that what was hashed is what is used.
func (f *evidenceFlags) open(ctx context.Context) (*session, error) {
	memory, err := parseMemory(f.Memory)
	if err != nil {
		return nil, fmt.Errorf("read --memory: %w", err)
	}
	set, err := evidence.Acquire(ctx, f.Evidence, evidence.Options{Memory: max(0, memory/memberShare)})
	if err != nil {
		return nil, err
	}
	s := &session{set: set, storage: timeline.Storage{Memory: memory, Dir: f.Temp}, line: lineOf(ctx)}
	if err := s.load(ctx, f); err != nil {
		set.Close()
		return nil, err
	}
	return s, nil
}

func (s *session) load(ctx context.Context, f *evidenceFlags) error {
	var err error
	if s.settings, err = readCase(ctx, s.set, f.Case); err != nil {
		return err
	}
	if err := f.settings(s.settings); err != nil {
		return err
	}
	networks, err := s.overlay(f.Reference)
	if err != nil {
		return err
	}
	if err := s.openPlaces(f.Geo, networks); err != nil {
		return err
	}
	s.options = &ingest.Options{Reference: s.reference, MailboxOf: map[string]string{}}
	for _, m := range f.Mailbox {
		upn, file, single := strings.Cut(m, "=")
		if at := strings.IndexByte(upn, '@'); at < 1 || at == len(upn)-1 {
			return fmt.Errorf("read --mailbox: %q: not of the form user@example.com", upn)
		}
		if single {
			if err := s.evidenceNamed(filepath.ToSlash(file)); err != nil {
				return fmt.Errorf("read --mailbox: %w", err)
			}
			s.options.MailboxOf[filepath.ToSlash(file)] = upn
		} else {
			s.options.Mailbox = upn
		}
	}
	return nil
}

// readCase reads a case file, if one is named, and lets evidence keep the ids
// that it gives.
func readCase(ctx context.Context, set *evidence.Set, file string) (*analysis.Settings, error) {
	s := &analysis.Settings{}
	if file == "" {
		return s, nil
	}
	_, text, err := set.AddFile(evidence.Reference, file)
	if err != nil {
		return nil, err
	}
	if err := s.Read(text, bec.Suite); err != nil {
		return nil, caseFileError(file, err)
	}
	return s, keep(ctx, set, s, file)
}

// keep lets evidence keep the ids that a case file gives it.
func keep(ctx context.Context, set *evidence.Set, s *analysis.Settings, file string) error {
	if err := set.Keep(ctx, s.EvidenceNumbers()); err != nil {
		return caseFileError(file, err)
	}
	return nil
}

func caseFileError(file string, err error) error {
	return fmt.Errorf("read case file %q: %w", file, err)
}

// readCaseFile reads a case file that is to be added to, which is no input
// then.
func readCaseFile(ctx context.Context, file string) ([]byte, *analysis.Settings, error) {
	alone, err := evidence.Acquire(ctx, nil, evidence.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer alone.Close()
	_, text, err := alone.AddFile(evidence.Reference, file)
	if err != nil {
		return nil, nil, err
	}
	s := &analysis.Settings{}
	if err := s.Read(text, bec.Suite); err != nil {
		return nil, nil, caseFileError(file, err)
	}
	return text, s, nil
}

// evidenceNamed fails if no evidence has the name, whole or without its
// folders.
func (s *session) evidenceNamed(name string) error {
	var names []string
	for _, it := range s.set.Items() {
		if it.Name == name || path.Base(it.Name) == name {
			return nil
		}
		names = append(names, it.Name)
	}
	return analysis.UnknownName("evidence", name, names)
}

// settings lets the flags win over the case file, which notes where they did.
func (f *evidenceFlags) settings(s *analysis.Settings) error {
	for _, flag := range []struct {
		flag, setting string
		values        []string
	}{
		{"home-country", "home_countries", split(f.HomeCountry...)},
		{"accepted-domain", "accepted_domains", split(f.AcceptedDomain...)},
		{"from", "from", split(f.From)},
		{"to", "to", split(f.To)},
	} {
		if len(flag.values) == 0 {
			continue
		}
		if err := s.Set(flag.setting, flag.values...); err != nil {
			return fmt.Errorf("read --%s: %w", flag.flag, err)
		}
	}
	if !s.From.IsZero() && !s.To.IsZero() && !s.From.Before(s.To) {
		return errors.New("read --to: the window ends before it begins")
	}
	return nil
}

// split lists the parts of flags' values between commas that are not empty.
func split(values ...string) []string {
	var parts []string
	for _, s := range values {
		for part := range strings.SplitSeq(s, ",") {
			if part = strings.TrimSpace(part); part != "" {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// parseMemory reads --memory; 0 if it was not given.
func parseMemory(text string) (int64, error) {
	if text == "unlimited" {
		return timeline.UnlimitedMemory, nil
	}
	return parseSize(text)
}

// parseSize reads a size of the command line in bytes.
func parseSize(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	unit := int64(1)
	number := strings.ToUpper(strings.TrimSpace(text))
	for i, suffix := range []string{"K", "M", "G"} {
		for _, end := range []string{suffix + "IB", suffix + "B", suffix} {
			if rest, ok := strings.CutSuffix(number, end); ok {
				number, unit = rest, 1<<(10*(i+1))
				break
			}
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil || n <= 0 || n > math.MaxInt64/unit {
		return 0, fmt.Errorf("size %q: not of the form 2GiB, nor unlimited", text)
	}
	return n * unit, nil
}

// asnTable, cidrTable and wordTable are the tables of an overlay that say what
// kind a network is.
const asnTable, cidrTable, wordTable = "networks_asn.csv", "networks_cidr.csv", "networks_words.csv"

// overlay loads the reference tables, with those of a folder in place of the
// shipped ones; the tables of networks are returned, nil if none is given.
func (s *session) overlay(dir string) (*geo.Tables, error) {
	if dir == "" {
		s.reference = reference.Default()
		return nil, nil
	}
	files, err := s.set.AddFolder(evidence.Reference, dir, ".csv")
	if err != nil {
		return nil, fmt.Errorf("read reference folder: %w", err)
	}
	var networks *geo.Tables
	if files[asnTable] != nil || files[cidrTable] != nil || files[wordTable] != nil {
		if networks, err = geo.NewTables(files[asnTable], files[cidrTable], files[wordTable]); err != nil {
			return nil, err
		}
	}
	delete(files, asnTable)
	delete(files, cidrTable)
	delete(files, wordTable)
	s.reference, err = reference.Overlay(files)
	return networks, err
}

// own reads the examiner's own indicators and rules.
func (s *session) own(indicators, rules string) error {
	if indicators != "" {
		_, text, err := s.set.AddFile(evidence.Reference, indicators)
		if err != nil {
			return err
		}
		if s.settings.Indicators, err = analysis.ReadIndicators(text); err != nil {
			return fmt.Errorf("read indicators %q: %w", indicators, err)
		}
	}
	if rules != "" {
		files, err := s.set.AddFolder(evidence.Reference, rules, ".yml", ".yaml")
		if err != nil {
			return fmt.Errorf("read Sigma rules: %w", err)
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			s.settings.Rules = append(s.settings.Rules, analysis.RuleFile{Name: name, Text: files[name]})
		}
	}
	return nil
}

// openPlaces opens the geolocation databases. Those of the examiner are opened
// at once, so that a bad one is told before anything is done; the embedded
// ones alone while the evidence is read.
func (s *session) openPlaces(paths []string, networks *geo.Tables) error {
	var user []geo.Database
	for _, file := range paths {
		item, data, err := s.set.AddFile(evidence.Database, file)
		if err != nil {
			return err
		}
		user = append(user, geo.Database{ID: item.ID, Name: item.Name, Bytes: data})
	}
	s.places = sync.OnceValues(func() (*geo.DB, error) { return geo.Open(user, networks) })
	if len(user) > 0 {
		_, err := s.places()
		return err
	}
	go s.places()
	return nil
}

// collect reads all evidence and seals the timeline. The closing rehash runs
// beside the sealing; unchanged waits for it.
func (s *session) collect(ctx context.Context, term *terminal) (*ingest.Collection, *timeline.Timeline, *rehash, error) {
	var total int64
	for _, it := range s.set.Items() {
		if !it.IsContainer() {
			total += it.Size
		}
	}
	p := readingProgress(term, total)
	s.options.Progress, s.options.Storage = p.add, s.storage
	c, err := ingest.Run(ctx, s.set, sources, s.options)
	p.done()
	if err != nil {
		return nil, nil, nil, err
	}
	r := startRehash(ctx, s.set)
	db, err := s.places()
	if err != nil {
		return nil, nil, nil, errors.Join(err, r.wait(), c.Builder.Close())
	}
	p = phase(term, "joining records")
	t, err := c.Seal(db)
	p.done()
	if err != nil {
		return nil, nil, nil, errors.Join(err, r.wait(), c.Builder.Close())
	}
	s.timeline = t
	if err := ctx.Err(); err != nil {
		return nil, nil, nil, errors.Join(err, r.wait())
	}
	return c, t, r, nil
}

// A rehash is the closing check that no input changed, under way.
type rehash struct{ done chan error }

func startRehash(ctx context.Context, set *evidence.Set) *rehash {
	r := &rehash{done: make(chan error, 1)}
	go func() { r.done <- set.Verify(ctx) }()
	return r
}

func (r *rehash) wait() error { return <-r.done }
