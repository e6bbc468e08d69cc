package change

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// A Consent is what the records of one act say together, and what that weighs
// whoever gave it.
type Consent struct {
	Rows       []int
	Severity   analysis.Severity
	Reasons    []string
	Phone      bool     // the application is a mail program of phones
	Cleared    bool     // by the examiner
	Registered bool     // the application was registered, no more: a consent to it may follow
	Names      []string // of the applications, usually one
	Scopes     []string // permissions of the table of risky ones
	Reaches    []string // what those give access to
	Texts      []string // folded values that may hold an application's id
	ForAll     bool     // for all users of the tenant
	Failed     bool     // no record succeeded

	signIn, more bool // permissions of signing in are named, and others
}

// SignInOnly reports whether all permissions that the records name are those
// of signing in.
func (c *Consent) SignInOnly() bool { return c.signIn && !c.more }

// Consents are all consents on record, in time order.
var Consents = &analysis.Fact[[]Consent]{
	Name:   "consents",
	Needs:  []analysis.Need{analysis.Operations, mail.Names, mail.Tenant},
	Points: []*analysis.Point{oneConsent},
	Make:   findConsents,
}

func findConsents(p *analysis.Pass) []Consent {
	looks := mail.NewImitations(p)
	var all []Consent
	for _, rows := range consentRecords(p) {
		c := consentOf(p, rows)
		c.judge(p, looks)
		all = append(all, c)
	}
	for row := range analysis.RowsOf(p, analysis.ClassApplication) {
		if p.Timeline.Has(row, timeline.Service) || OperationKeyOf(p.Timeline.Text(timeline.ColOperation, row)) != registration {
			continue
		}
		c := consentOf(p, []int{row})
		if _, known := abused(p, &c); known {
			c.Registered = true
			c.judge(p, looks)
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b Consent) int { return cmp.Compare(a.Rows[0], b.Rows[0]) })
	return all
}

// registration is the operation that makes an application; the service
// principal that goes with it is made by a consent too.
const registration = "add application"

// oneConsent is within which time the directory writes the records of one
// consent: the consent itself, the grant, the roles.
var oneConsent = &analysis.Point{Name: "app-consent.one_consent_seconds", Value: 60, Doc: "seconds within which records by one user are one consent"}

// consentRecords are the records of consents and grants by people, those of one
// act together.
func consentRecords(p *analysis.Pass) [][]int {
	t := p.Timeline
	var groups [][]int
	last := map[uint32]int{}
	span := int64(oneConsent.Int()) * int64(time.Second)
	for row := range analysis.RowsOf(p, analysis.ClassConsent) {
		if t.Has(row, timeline.Service) {
			continue
		}
		user := t.Folded(timeline.ColUser, row)
		if i, ok := last[user]; ok && timeline.UnixNano(t, row)-timeline.UnixNano(t, groups[i][0]) <= span {
			groups[i] = append(groups[i], row)
			continue
		}
		last[user] = len(groups)
		groups = append(groups, []int{row})
	}
	return groups
}

// judge weighs a consent by its application and by what it reaches.
func (c *Consent) judge(p *analysis.Pass, looks *mail.Imitations) {
	raise := func(to analysis.Severity, reason string) {
		c.Severity = max(c.Severity, to)
		c.Reasons = append(c.Reasons, reason)
	}
	if c.Registered {
		raise(analysis.Medium, "an application was registered")
	} else {
		raise(analysis.Medium, "an application was given access")
	}
	if app, ok := abused(p, c); ok {
		raise(analysis.Critical, app+" is known from compromises")
	}
	if len(c.Reaches) > 0 {
		raise(analysis.High, "the permissions reach "+strings.Join(c.Reaches, ", "))
	}
	if c.ForAll && !c.SignInOnly() {
		raise(analysis.High, "given for all users")
	}
	for _, name := range c.Names {
		if of := looks.Imitates(name); of != "" {
			raise(analysis.High, "the name looks like "+cite.Quote(of)+" but is spelled otherwise")
		}
	}
	if phone, ok := named(p, reference.AppsPhoneMail, c.Texts); ok {
		c.Phone = true
		c.Reasons = append(c.Reasons, phone+" is a mail program of phones, by its id")
		c.Severity = analysis.Medium
	}
	good := p.Settings.KnownGood.Apps
	c.Cleared = slices.ContainsFunc(c.Names, func(name string) bool { return reference.ContainsFold(good, name) }) ||
		p.Timeline.Code(timeline.ColRequest, c.Rows[0]) == 0 && reference.ContainsFold(good, p.Timeline.Text(timeline.ColAppID, c.Rows[0]))
	switch {
	case c.Failed:
		c.Severity = analysis.Info
		c.Reasons = append(c.Reasons, "the consent failed")
	case c.Cleared:
		c.Severity = analysis.Info
		c.Reasons = append(c.Reasons, "cleared by the examiner")
	}
}

func consentOf(p *analysis.Pass, rows []int) Consent {
	t := p.Timeline
	c := Consent{Rows: rows, Failed: true}
	known := map[string]bool{}
	var others []string
	for _, row := range rows {
		details := t.Details(row)
		changes := modifiedProperties(details)
		c.Failed = c.Failed && t.Outcome(row) == timeline.Failure
		if t.Code(timeline.ColRequest, row) != 0 {
			continue // it names the application that asks, not the one that is given access
		}
		c.ForAll = c.ForAll || isTrue(changes, "ConsentContext.OnBehalfOfAll") || strings.Contains(details, "AllPrincipals")
		c.Texts = append(c.Texts, strings.ToLower(t.Text(timeline.ColAppID, row)), strings.ToLower(t.Text(timeline.ColTarget, row)))
		for _, altered := range changes {
			c.Texts = append(c.Texts, strings.ToLower(altered.New))
		}
		c.permit(p, changes)
		name := strings.Trim(ValueOf(changes, "ServicePrincipal.DisplayName"), `"`)
		if name == "" {
			name = targetName(details)
		}
		if name == "" {
			continue
		}
		if !strings.HasPrefix(OperationKeyOf(t.Text(timeline.ColOperation, row)), "consent") {
			others = append(others, name)
		} else if key := strings.ToLower(name); !known[key] {
			known[key] = true
			c.Names = append(c.Names, name)
		}
	}
	if told := slices.IndexFunc(rows, func(row int) bool { return t.Code(timeline.ColRequest, row) == 0 }); told >= 0 {
		others = append(others, t.Text(timeline.ColApp, rows[told]), t.Text(timeline.ColTarget, rows[told]))
	} else {
		others = append(others, "an application that the request does not name")
	}
	for _, name := range others {
		if len(c.Names) == 0 && name != "" {
			c.Names = []string{name}
		}
	}
	return c
}

// targetName is the display name of a directory record's target: the entry of
// type 1, else the first named resource.
func targetName(details string) string {
	var record struct {
		Target []struct {
			ID   string
			Type json.Number
		}
		TargetResources []struct {
			DisplayName string `json:"displayName"`
		} `json:"targetResources"`
	}
	if json.Unmarshal([]byte(details), &record) != nil {
		return ""
	}
	for _, e := range record.Target {
		if e.Type == "1" {
			return e.ID
		}
	}
	for _, e := range record.TargetResources {
		if e.DisplayName != "" {
			return e.DisplayName
		}
	}
	return ""
}

// Classes of permissions that reach nothing by themselves: signing in, access
// that lasts, and addresses.
const (
	scopeSignIn    = "sign-in"
	scopeLasting   = "persistence"
	scopeAddresses = "address-book"
)

// permit adds the permissions of the table of risky ones that changes name,
// and what they reach.
func (c *Consent) permit(p *analysis.Pass, changes []Property) {
	for _, altered := range changes {
		c.weighScopes(p, altered)
		for word := range strings.FieldsFuncSeq(altered.New, func(r rune) bool { return strings.ContainsRune(" ,;[]\"=>\r\n\t", r) }) {
			class, ok := p.Reference.Scope(word)
			word = word[strings.LastIndexByte(word, '/')+1:]
			if !ok || class == scopeSignIn || reference.ContainsFold(c.Scopes, word) {
				continue
			}
			c.Scopes = append(c.Scopes, word)
			if class != scopeLasting && class != scopeAddresses && !reference.ContainsFold(c.Reaches, class) {
				c.Reaches = append(c.Reaches, class)
			}
		}
	}
}

// weighScopes notes whether a consent's own list of permissions names more
// than signing in: the words after each "Scope:", up to the bracket or the
// next property.
func (c *Consent) weighScopes(p *analysis.Pass, altered Property) {
	if !strings.HasSuffix(strings.ToLower(altered.Name), "consentaction.permissions") {
		return
	}
	for i, part := range strings.Split(altered.New, "Scope:") {
		if i == 0 {
			continue
		}
		if end := strings.IndexAny(part, "],"); end >= 0 {
			part = part[:end]
		}
		for word := range strings.FieldsSeq(part) {
			switch class, _ := p.Reference.Scope(word); class {
			case scopeSignIn:
				c.signIn = true
			case scopeLasting:
			default:
				c.more = true
			}
		}
	}
}

// abused finds an application of the table of abused applications, by name or
// by an id that the records hold.
func abused(p *analysis.Pass, c *Consent) (string, bool) {
	for row := range p.Reference.Table(reference.AppsAbused).Rows() {
		if reference.ContainsFold(c.Names, row.Get("name")) {
			return row.Get("name"), true
		}
	}
	return named(p, reference.AppsAbused, c.Texts)
}

// named finds an application of a table whose id stands in one of some texts.
func named(p *analysis.Pass, table string, texts []string) (string, bool) {
	for row := range p.Reference.Table(table).Rows() {
		id := strings.ToLower(row.Key())
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, id) }) {
			return row.Get("name"), true
		}
	}
	return "", false
}
