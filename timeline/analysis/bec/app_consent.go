package bec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var appConsent = &analysis.Analyzer{
	Name:  "app-consent",
	Title: "Application consents",
	Doc: analysis.Doc{
		Question: "Was an application given access to mail or other data, or used that intruders are known to use?",
		Method: "Operations of consent and grants of permissions, and the first use of each application of the table of abused applications in logons and mail access. A consent to an application of that table is critical, its use high; permissions on mail, files, chats, rules or the directory are high; a consent for all users, or to a name that looks like one of the table of imitated names but is not spelled so (see impersonation), is high; other consents are medium. " +
			"An act attributed to a suspicious actor weighs one step more. A consent to a mail program of phones, by its id, is medium, and only informs if no suspicious actor gave it. A consent of medium weight only informs if all permissions that it names are those of signing in, for whomever it is given, and the record has no address. So does one from a network that is usual for the account, with 20 active days of history, or where the account's own device was at the address within 12 hours, and with no suspicious logon in the 24 hours before, and so do failed operations, sign-ins that were stopped or interrupted, and applications that the examiner cleared. Records by one user within a minute are one consent.",
		Limits:   "A consent given before the log begins is seen only by the application's use. Permissions are read as the record lists them.",
		Innocent: "Users connect calendars, scanners and newsletters; administrators approve business applications.",
		Confirm:  "Who publishes the application; whether it was used afterwards, from where; the consenting user's account.",
	},
	Columns: []analysis.Column{
		{Name: "Application", Doc: "name or id of the application", Kind: analysis.Text},
		{Name: "Operation", Doc: "the source's word, or first use", Kind: analysis.Text},
		{Name: "Permissions", Doc: "the permissions that the record names", Kind: analysis.Text},
		{Name: "Why", Doc: "why it stands here, and what raised or lowered the severity", Kind: analysis.Prose},
	},
	Needs:      analysis.Accusers,
	Version:    2,
	Techniques: []string{"T1528", "T1098.003"},
	References: []string{"splunk/security_content fddad083", "elastic/detection-rules 0c3c80de", "randomaccess3/detections", "huntresslabs/rogueapps"},
	Settings:   []string{"known_good", "thresholds"},
	Run:        runAppConsent,
}

func runAppConsent(p *analysis.Pass) (*analysis.Finding, error) {
	f := &analysis.Finding{}
	for _, c := range judgedConsents(p) {
		f.Rows = append(f.Rows, c.row)
	}
	given := len(f.Rows)
	uses := abusedUses(p)
	f.Rows = append(f.Rows, uses...)
	cite.ByTime(f.Rows)
	f.Notes = attributionNotes(p)
	f.Summary = fmt.Sprintf("%s to applications on record; %s of applications that intruders are known to use.", cite.Counted(given, "consent"), cite.Plural(len(uses), "use", "uses"))
	return f, nil
}

// A judgedConsent is a consent with its row.
type judgedConsent struct {
	consent
	row analysis.Row
}

type consentKey struct{}

// judgedConsents are all consents on record, in time order.
func judgedConsents(p *analysis.Pass) []judgedConsent {
	return analysis.Once(p, consentKey{}, func() []judgedConsent { return judgeConsents(p) })
}

func judgeConsents(p *analysis.Pass) []judgedConsent {
	t := p.Timeline
	acts := actors(p)
	looks := mail.NewImitations(p)
	var all []judgedConsent
	for _, rows := range consents(p) {
		c := consentOf(p, rows)
		r := cite.Citing(t, rows)
		r.Severity, r.Confidence = analysis.Medium, analysis.Firm
		why := []string{"an application was given access"}
		if app, ok := abused(p, c); ok {
			r.Severity = analysis.Critical
			why = append(why, app+" is known from compromises")
		}
		if len(c.reaches) > 0 {
			r.Severity = max(r.Severity, analysis.High)
			why = append(why, "the permissions reach "+strings.Join(c.reaches, ", "))
		}
		if c.forAll && !c.signInOnly() {
			r.Severity = max(r.Severity, analysis.High)
			why = append(why, "given for all users")
		}
		for _, name := range c.names {
			if of := looks.Imitates(name); of != "" {
				r.Severity = max(r.Severity, analysis.High)
				why = append(why, "the name looks like "+cite.Quote(of)+" but is spelled otherwise")
			}
		}
		phone, isPhone := named(p, reference.AppsPhoneMail, c.texts)
		if isPhone {
			why = append(why, phone+" is a mail program of phones, by its id")
			r.Severity = analysis.Medium
		}
		before := r.Severity
		switch {
		case c.failed:
			r.Severity = analysis.Info
			why = append(why, "the consent failed")
		case slices.ContainsFunc(c.names, func(name string) bool { return reference.ContainsAny(p.Settings.KnownGood.Apps, name) }) || reference.ContainsAny(p.Settings.KnownGood.Apps, t.Text(timeline.ColAppID, rows[0])):
			r.Severity = analysis.Info
			why = append(why, "cleared by the examiner")
		default:
			attributedTo(acts, rows[0], &r, &why)
			switch {
			case r.Severity != before || r.Severity > analysis.Medium:
			case isPhone:
				r.Severity = analysis.Info
			case c.signInOnly() && t.Code(timeline.ColIP, rows[0]) == 0:
				r.Severity = analysis.Info
				why = append(why, "the permissions are those of signing in: they reach nobody's mail or files, and nothing says that somebody else gave them")
			case usualNetwork(p, rows[0]):
				r.Severity = analysis.Info
				why = append(why, routineExcuse)
			}
		}
		r.Cells = []string{cite.List(c.names), cite.List(cite.Distinct(t, timeline.ColOperation, rows)), cite.List(c.scopes), strings.Join(why, "; ")}
		all = append(all, judgedConsent{c, r})
	}
	return all
}

// oneConsent is within which time the directory writes the records of one
// consent: the consent itself, the grant, the roles.
const oneConsent = time.Minute

// consents are the records of consents and grants by people, those of one act
// together.
func consents(p *analysis.Pass) [][]int {
	t := p.Timeline
	var groups [][]int
	last := map[uint32]int{}
	for row := range analysis.RowsOf(p, analysis.ClassConsent) {
		if t.Has(row, timeline.Service) {
			continue
		}
		user := t.Folded(timeline.ColUser, row)
		if i, ok := last[user]; ok && timeline.UnixNano(t, row)-timeline.UnixNano(t, groups[i][0]) <= int64(oneConsent) {
			groups[i] = append(groups[i], row)
			continue
		}
		last[user] = len(groups)
		groups = append(groups, []int{row})
	}
	return groups
}

// A consent is what the records of one act say together.
type consent struct {
	names          []string // of the applications, usually one
	scopes         []string // permissions of the table of risky ones
	reaches        []string // what those give access to
	texts          []string // folded values that may hold an application's id
	signIn, more   bool     // permissions of signing in are named, and others
	forAll, failed bool
}

func consentOf(p *analysis.Pass, rows []int) consent {
	t := p.Timeline
	c := consent{failed: true}
	known := map[string]bool{}
	var others []string
	for _, row := range rows {
		_, details, _ := t.Wide(row)
		changes := modifiedProperties(details)
		c.failed = c.failed && t.Outcome(row) == timeline.Failure
		c.forAll = c.forAll || isTrue(changes, "ConsentContext.OnBehalfOfAll") || strings.Contains(details, "AllPrincipals")
		c.texts = append(c.texts, strings.ToLower(t.Text(timeline.ColAppID, row)), strings.ToLower(t.Text(timeline.ColTarget, row)))
		for _, altered := range changes {
			c.texts = append(c.texts, strings.ToLower(altered.new))
		}
		c.permit(p, changes)
		name := strings.Trim(valueOf(changes, "ServicePrincipal.DisplayName"), `"`)
		if name == "" {
			name = targetName(details)
		}
		if name == "" {
			continue
		}
		if !strings.HasPrefix(operationKeyOf(t.Text(timeline.ColOperation, row)), "consent") {
			others = append(others, name)
		} else if key := strings.ToLower(name); !known[key] {
			known[key] = true
			c.names = append(c.names, name)
		}
	}
	for _, name := range append(others, t.Text(timeline.ColApp, rows[0]), t.Text(timeline.ColTarget, rows[0])) {
		if len(c.names) == 0 && name != "" {
			c.names = []string{name}
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

// signInOnly reports whether all permissions that the records name are those
// of signing in.
func (c *consent) signInOnly() bool { return c.signIn && !c.more }

// classes of permissions that reach nothing by themselves: signing in, access
// that lasts, and addresses.
const (
	scopeSignIn    = "sign-in"
	scopeLasting   = "persistence"
	scopeAddresses = "address-book"
)

// permit adds the permissions of the table of risky ones that changes name,
// and what they reach.
func (c *consent) permit(p *analysis.Pass, changes []change) {
	for _, altered := range changes {
		c.weighScopes(p, altered)
		for word := range strings.FieldsFuncSeq(altered.new, func(r rune) bool { return strings.ContainsRune(" ,;[]\"=>\r\n\t", r) }) {
			class, ok := p.Reference.Scope(word)
			word = word[strings.LastIndexByte(word, '/')+1:]
			if !ok || class == scopeSignIn || reference.ContainsAny(c.scopes, word) {
				continue
			}
			c.scopes = append(c.scopes, word)
			if class != scopeLasting && class != scopeAddresses && !reference.ContainsAny(c.reaches, class) {
				c.reaches = append(c.reaches, class)
			}
		}
	}
}

// weighScopes notes whether a consent's own list of permissions names more
// than signing in: the words after each "Scope:", up to the bracket or the
// next property.
func (c *consent) weighScopes(p *analysis.Pass, altered change) {
	if !strings.HasSuffix(strings.ToLower(altered.name), "consentaction.permissions") {
		return
	}
	for i, part := range strings.Split(altered.new, "Scope:") {
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
func abused(p *analysis.Pass, c consent) (string, bool) {
	for row := range p.Reference.Table(reference.AppsAbused).Rows() {
		if reference.ContainsAny(c.names, row.Get("name")) {
			return row.Get("name"), true
		}
	}
	return named(p, reference.AppsAbused, c.texts)
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

// abusedUses are the uses of abused applications by each user.
func abusedUses(p *analysis.Pass) []analysis.Row {
	t := p.Timeline
	names := make([]string, t.Cardinality(timeline.ColAppID))
	for code := 1; code < len(names); code++ {
		if row, ok := p.Reference.Table(reference.AppsAbused).Find(t.Value(timeline.ColAppID, uint32(code))); ok {
			names[code] = row.Get("name")
		}
	}
	type use struct {
		app, user uint32
		failed    bool
	}
	uses := map[use][]int{}
	var order []use
	for row := range t.Len() {
		app := t.Code(timeline.ColAppID, row)
		if names[app] == "" {
			continue
		}
		k := use{t.Folded(timeline.ColAppID, row), t.Folded(timeline.ColUser, row), t.Outcome(row) != timeline.Success && t.Outcome(row) != timeline.Unknown}
		if uses[k] == nil {
			order = append(order, k)
		}
		uses[k] = append(uses[k], row)
	}
	var rows []analysis.Row
	for _, k := range order {
		r := cite.Citing(t, uses[k])
		r.Severity, r.Confidence = analysis.High, analysis.Likely
		operation, why := "used", cite.Counted(len(uses[k]), "record")+" of an application that is known from compromises; its consent may lie before the log begins"
		switch {
		case k.failed:
			r.Severity, operation = analysis.Info, "use that did not succeed"
			why = cite.Counted(len(uses[k]), "attempt") + " in vain to use an application that is known from compromises"
		case reference.ContainsAny(p.Settings.KnownGood.Apps, t.Value(timeline.ColAppID, k.app)):
			r.Severity = analysis.Info
			why += "; cleared by the examiner"
		}
		r.Cells = []string{names[t.Code(timeline.ColAppID, uses[k][0])], operation, "", why}
		rows = append(rows, r)
	}
	return rows
}
