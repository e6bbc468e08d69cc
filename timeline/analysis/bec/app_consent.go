package bec

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

var appConsent = &analysis.Analyzer{
	Name:  "app-consent",
	Title: "Application consents",
	Doc: analysis.Doc{
		Question: "Was an application given access to mail or other data, or used that intruders are known to use?",
		Method: "Operations of consent and grants of permissions, and the first use of each application of the table of abused applications in logons and mail access. An application of that table is critical; permissions on mail, files or everything are high; a consent for all users or to a name with a digraph that imitates another letter is high; other consents are medium. " +
			"An act attributed to a suspicious actor weighs one step more. A failed consent only informs.",
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
	Needs:      attributionNeeds,
	Version:    1,
	Techniques: []string{"T1528", "T1098.003"},
	References: []string{"splunk/security_content fddad083", "elastic/detection-rules 0c3c80de", "randomaccess3/detections", "huntresslabs/rogueapps"},
	Run:        runAppConsent,
}

// classConsent is the class of operations that give an application rights.
const classConsent = "consent"

func runAppConsent(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	acts := actors(p)
	f := &analysis.Finding{}
	for _, rows := range consents(p) {
		c := consentOf(p, rows)
		r := citing(t, rows)
		r.Severity, r.Confidence = analysis.Medium, analysis.Firm
		var why []string
		if app, ok := abused(p, c.name, c.changes); ok {
			r.Severity = analysis.Critical
			why = append(why, app+" is known from compromises")
		}
		if len(c.scopes) > 0 {
			r.Severity = max(r.Severity, analysis.High)
			why = append(why, "the permissions reach mail or files")
		}
		if c.forAll {
			r.Severity = max(r.Severity, analysis.High)
			why = append(why, "given for all users")
		}
		if looks := imitates(c.name); looks != "" {
			r.Severity = max(r.Severity, analysis.High)
			why = append(why, "the name looks like "+looks)
		}
		if c.failed {
			r.Severity = analysis.Info
			why = append(why, "the consent failed")
		} else {
			attributedTo(acts, rows[0], &r, &why)
		}
		r.Cells = []string{c.name, list(distinct(t, timeline.ColOperation, rows)), list(c.scopes), strings.Join(why, "; ")}
		f.Rows = append(f.Rows, r)
	}
	given := len(f.Rows)
	uses := abusedUses(p)
	f.Rows = append(f.Rows, uses...)
	byTime(f.Rows)
	f.Summary = fmt.Sprintf("%s to applications on record; %s that intruders are known to use were used.", counted(given, "consent"), counted(len(uses), "application"))
	return f, nil
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
	for row := range rowsOf(p, classConsent) {
		if t.Has(row, timeline.Service) {
			continue
		}
		user := t.Folded(timeline.ColUser, row)
		if i, ok := last[user]; ok && nanosOf(t, row)-nanosOf(t, groups[i][0]) <= int64(oneConsent) {
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
	name           string
	scopes         []string
	changes        []change
	forAll, failed bool
}

func consentOf(p *analysis.Pass, rows []int) consent {
	t := p.Timeline
	c := consent{failed: true}
	named := ""
	for _, row := range rows {
		_, details, _ := t.Wide(row)
		changes := modifiedProperties(details)
		c.changes = append(c.changes, changes...)
		c.failed = c.failed && t.Outcome(row) == timeline.Failure
		c.forAll = c.forAll || isTrue(changes, "ConsentContext.OnBehalfOfAll") || strings.Contains(details, "AllPrincipals")
		for _, s := range riskyScopes(p, changes) {
			if !contains(c.scopes, s) {
				c.scopes = append(c.scopes, s)
			}
		}
		name := strings.Trim(valueOf(changes, "ServicePrincipal.DisplayName"), `"`)
		if name == "" {
			name = targetName(details)
		}
		if strings.HasPrefix(operationKeyOf(t.Text(timeline.ColOperation, row)), "consent") && name != "" {
			c.name = name
		}
		if named == "" {
			named = name
		}
	}
	for _, s := range []string{named, t.Text(timeline.ColTarget, rows[0]), t.Text(timeline.ColApp, rows[0])} {
		if c.name == "" {
			c.name = s
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

// riskyScopes lists the permissions on mail, files or everything that a record
// names.
func riskyScopes(p *analysis.Pass, changes []change) (scopes []string) {
	for _, c := range changes {
		for word := range strings.FieldsFuncSeq(c.new, func(r rune) bool { return strings.ContainsRune(" ,;[]\"=>\r\n\t", r) }) {
			if _, ok := p.Reference.Scope(word); ok && !contains(scopes, word) {
				scopes = append(scopes, word)
			}
		}
	}
	return scopes
}

// abused finds an application of the table of abused applications, by name or
// by an id that the record holds.
func abused(p *analysis.Pass, name string, changes []change) (string, bool) {
	text := strings.ToLower(changesText(changes))
	for row := range p.Reference.Table(reference.AppsAbused).Rows() {
		if strings.EqualFold(row.Get("name"), name) || strings.Contains(text, strings.ToLower(row.Key())) {
			return row.Get("name"), true
		}
	}
	return "", false
}

// abusedUses are the first uses of abused applications by each user.
func abusedUses(p *analysis.Pass) []analysis.Row {
	t := p.Timeline
	names := make([]string, t.Cardinality(timeline.ColAppID))
	for code := 1; code < len(names); code++ {
		if row, ok := p.Reference.Table(reference.AppsAbused).Find(t.Value(timeline.ColAppID, uint32(code))); ok {
			names[code] = row.Get("name")
		}
	}
	type key struct{ app, user uint32 }
	uses := map[key][]int{}
	var order []key
	for row := range t.Len() {
		app := t.Code(timeline.ColAppID, row)
		if names[app] == "" {
			continue
		}
		k := key{app, t.Folded(timeline.ColUser, row)}
		if uses[k] == nil {
			order = append(order, k)
		}
		uses[k] = append(uses[k], row)
	}
	var rows []analysis.Row
	for _, k := range order {
		r := citing(t, uses[k])
		r.Severity, r.Confidence = analysis.High, analysis.Likely
		r.Cells = []string{names[k.app], "used", "", fmt.Sprintf("%s of an application that is known from compromises; its consent may lie before the log begins", counted(len(uses[k]), "record"))}
		rows = append(rows, r)
	}
	return rows
}

// imitates names the well-known letter that a name's digraph stands for: rn
// for m and vv for w deceive the eye.
func imitates(name string) string {
	folded := strings.ToLower(name)
	for _, brand := range [...]string{"microsoft", "company", "windows"} {
		for _, pair := range [...][2]string{{"rn", "m"}, {"vv", "w"}} {
			if strings.Contains(folded, pair[0]) && strings.Contains(strings.ReplaceAll(folded, pair[0], pair[1]), brand) && !strings.Contains(folded, brand) {
				return strings.ReplaceAll(folded, pair[0], pair[1])
			}
		}
	}
	return ""
}
