package bec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var hidingRule = &analysis.Analyzer{
	Name:  "hiding-rule",
	Title: "Inbox rules",
	Doc:   explain("hiding-rule"),
	Columns: []analysis.Column{
		{Name: "Rule", Doc: "the rule's name", Kind: analysis.Text},
		{Name: "Points", Doc: "sum of the points", Kind: analysis.Count},
		{Name: "Reasons", Doc: "the reason of every point", Kind: analysis.Text, Wrap: true},
		{Name: "Conditions and actions", Doc: "what the rule does, as the record gives it", Kind: analysis.Text, Wrap: true},
		{Name: "History", Doc: "when it was made, changed and removed", Kind: analysis.Text, Wrap: true},
		{Name: "Alive", Doc: "whether a snapshot shows it", Kind: analysis.Text},
	},
	Key:        []string{analysis.KeyMailbox, "Rule"},
	Needs:      []analysis.Need{analysis.Signs, mail.Contacts, mail.Tenant, logon.Networks, logon.Profiles, actor.Actors, actor.Suspicious},
	Thresholds: []*analysis.Threshold{mail.ContactHistory, logon.HistoryDays, ruleCritical, rulePoints},
	Version:    2,
	Techniques: []string{"T1564.008"},
	References: []string{"Azure-Sentinel 8ac77493, 7b907bf7", "elastic/detection-rules 40fe11c2, 1c3d9346", "SigmaHQ/sigma d3577be1"},
	Settings:   []string{"hide_folders", "terms", "accepted_domains", "sister_domains", "thresholds"},
	Acts:       runHidingRule,
}

// The points at which a rule accuses, and the time in which rules of one
// address are one act.
const (
	ruleBurst   = 10 * time.Minute
	mostHistory = 12 // lines of a cell
)

var ruleCritical = &analysis.Threshold{Name: "hiding-rule.critical", Value: 6, Doc: "points from which on it is critical"}

var rulePoints = &analysis.Threshold{Name: "hiding-rule.points", Value: 3, Doc: "points from which on a rule that hides mail is accused"}

func runHidingRule(p *analysis.Pass) (*analysis.Finding, error) {
	rules, resync := change.CollectRules(p)
	j := &ruleJudge{p: p, hidden: mail.FoldersOf(p), own: mail.Tenant.Of(p), acts: actor.Actors.Of(p), suspicious: actor.Suspicious.Of(p), vocabulary: mail.NewVocabulary(p)}
	for _, r := range rules {
		j.judge(r)
	}
	least := int(p.Threshold(rulePoints))
	shareVerdicts(p.Timeline, rules, least)
	worst := int(p.Threshold(ruleCritical))
	f := &analysis.Finding{}
	hiding := 0
	for _, r := range rules {
		atHome := len(r.Rows) > 0 && r.Hides && r.Points >= least && r.Points < worst && actor.UsualNetwork(p, r.Rows[0])
		if atHome {
			r.Reasons = append(r.Reasons, "+0 made where the owner usually is, with nothing suspicious before: one step less")
		}
		row := ruleRow(p.Timeline, r)
		switch {
		case r.Failed || !r.Hides:
			row.Severity = analysis.Info
		case r.Points >= worst:
			row.Severity = analysis.Critical
		case atHome:
			row.Severity = analysis.Medium
		case r.Points >= least:
			row.Severity = analysis.High
		}
		if row.Severity > analysis.Info {
			hiding++
		}
		f.Rows = append(f.Rows, row)
	}
	f.Rows = append(f.Rows, rulesAtWork(p.Timeline)...)
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s on record or in snapshots, %d of them hide mail with %d points or more.", cite.Counted(len(rules), "inbox rule"), hiding, least)
	if resync > 0 {
		f.Notes = append(f.Notes, cite.Counted(resync, "record")+" of Outlook repeating its rules without saying what they are left out.")
	}
	f.Notes = append(f.Notes, actor.AttributionNotes(p)...)
	return f, nil
}

// ruleWitness is what the rule column holds on rows of a message trace that
// tell that an inbox rule acted.
const ruleWitness = `{"Source":"MAILBOXRULE"}`

// rulesAtWork are the rows about messages on which some inbox rule acted by
// the message trace, one a sender and recipients.
func rulesAtWork(t *timeline.Timeline) []analysis.Row {
	witness, ok := t.Find(timeline.ColRule, ruleWitness)
	if !ok {
		return nil
	}
	type key struct{ sender, recipients uint32 }
	groups := map[key][]int{}
	var order []key
	for row := range t.Len() {
		if t.Code(timeline.ColRule, row) != witness {
			continue
		}
		k := key{t.Folded(timeline.ColSender, row), t.Folded(timeline.ColRecipients, row)}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], row)
	}
	var rows []analysis.Row
	for _, k := range order {
		list := groups[k]
		r := cite.Informing(t, list[0], list[len(list)-1])
		r.Cells = cite.Cells("", 0, "an inbox rule acted on "+cite.Counted(len(list), "message")+", by the message trace", "from "+t.Value(timeline.ColSender, k.sender)+" to "+t.Value(timeline.ColRecipients, k.recipients), "", "")
		rows = append(rows, r)
	}
	return rows
}

// shareVerdicts gives rules that one user made within a short time from one
// address the points of the worst of them, saying so.
func shareVerdicts(t *timeline.Timeline, rules []*change.Rule, least int) {
	type key struct{ user, ip uint32 }
	byActor := map[key][]*change.Rule{}
	for _, r := range rules {
		if len(r.Rows) > 0 && !r.Failed {
			k := key{t.Folded(timeline.ColUser, r.Rows[0]), t.Code(timeline.ColIP, r.Rows[0])}
			byActor[k] = append(byActor[k], r)
		}
	}
	for k, group := range byActor {
		if k.ip == 0 {
			continue
		}
		slices.SortStableFunc(group, func(a, b *change.Rule) int { return cmp.Compare(a.Rows[0], b.Rows[0]) })
		for start := 0; start < len(group); {
			end, worst := start+1, &change.Rule{}
			if group[start].Hides {
				worst = group[start]
			}
			for end < len(group) && timeline.UnixNano(t, group[end].Rows[0])-timeline.UnixNano(t, group[end-1].Rows[0]) <= int64(ruleBurst) {
				if group[end].Hides && group[end].Points > worst.Points {
					worst = group[end]
				}
				end++
			}
			for _, r := range group[start:end] {
				if worst.Points < least {
					break
				}
				if more := max(0, worst.Points-r.Points); more > 0 || !r.Hides {
					r.Reasons = append(r.Reasons, fmt.Sprintf("+%d made in one burst with rule %s", more, cite.QuoteName(worst.Name)))
					r.Points += more
				}
				r.Hides = true
			}
			start = end
		}
	}
}

func ruleRow(t *timeline.Timeline, r *change.Rule) analysis.Row {
	row := analysis.Row{User: r.Owner, Mailbox: r.Owner}
	if len(r.Rows) > 0 {
		row = cite.Citing(t, r.Rows)
		if row.Mailbox == "" {
			row.Mailbox = r.Owner
		}
	}
	row.Confidence = analysis.Firm
	row.Origins = append(row.Origins, r.Origins...)
	history := make([]string, len(r.Rows))
	for i, event := range r.Rows {
		history[i] = r.Acts[i] + " " + cite.Stamp(t.Time(event)) + " by " + t.Text(timeline.ColOperation, event)
	}
	if len(history) > mostHistory {
		history = append(history[:mostHistory], cite.Counted(len(history)-mostHistory, "further record"))
	}
	alive := ""
	if r.Alive {
		alive = "in the snapshot"
	}
	row.Cells = cite.Cells(r.Name, r.Points, strings.Join(r.Reasons, "; "), change.ChangesText(r.Changes), strings.Join(history, "; "), alive)
	return row
}

// A ruleJudge gives inbox rules their points, each with its reason.
type ruleJudge struct {
	p          *analysis.Pass
	hidden     *mail.Folders
	own        map[string]bool
	acts       *actor.Attribution
	suspicious map[uint32][]int
	vocabulary *mail.Vocabulary
}

// conditions are the parameters in which a rule names words and senders.
var (
	wordConditions = []string{"SubjectContainsWords", "SubjectOrBodyContainsWords", "BodyContainsWords"}
	fromConditions = []string{"From", "FromAddressContainsWords"}
)

func (j *ruleJudge) judge(r *change.Rule) {
	add := func(points int, format string, args ...any) {
		r.Points += points
		r.Reasons = append(r.Reasons, fmt.Sprintf("+%d ", points)+fmt.Sprintf(format, args...))
	}
	hides := func(points int, format string, args ...any) {
		r.Hides = true
		add(points, format, args...)
	}
	if name := strings.TrimSpace(r.Name); r.Name != "" && !change.HasWord(name) {
		hides(3, "a name without a letter or digit")
	} else if utf8.RuneCountInString(name) == 1 {
		add(1, "a name of one character")
	}
	deletes := change.IsTrue(r.Changes, "DeleteMessage") || change.IsTrue(r.Changes, "SoftDeleteMessage")
	if deletes {
		hides(3, "deletes messages")
	}
	moves, archives := j.move(r, hides)
	named := j.words(r, add)
	if change.IsTrue(r.Changes, "MarkAsRead") {
		add(1, "marks as read")
		if archives && named {
			hides(1, "archives unseen what it looks for")
		}
	}
	if change.IsTrue(r.Changes, "StopProcessingRules") {
		add(1, "stops further rules")
	}
	if (deletes || moves) && !j.hasCondition(r) {
		add(2, "acts on every message")
	}
	for _, target := range change.ForwardTargets(r.Changes, change.RuleTargets) {
		if mail.External(j.own, target) {
			hides(2, "sends mail to the external address %s", target)
			break
		}
	}
	j.actor(r, hides)
	j.sorting(r)
}

// sorting takes the verdict from a rule that sorts away a sender whom nobody
// writes to, as people do with newsletters: it names senders and nothing else,
// each has long been writing, and the owner made it where he usually is.
func (j *ruleJudge) sorting(r *change.Rule) {
	t := j.p.Timeline
	if !r.Hides || len(r.Rows) == 0 || !change.HasWord(strings.TrimSpace(r.Name)) || !actor.UsualNetwork(j.p, r.Rows[0]) {
		return
	}
	if a, _ := j.acts.At(r.Rows[0]); a != nil || len(change.ForwardTargets(r.Changes, change.RuleTargets)) > 0 {
		return
	}
	named := false
	for _, c := range r.Changes {
		row, ok := j.p.Reference.Table(reference.RuleParameters).Find(c.Name)
		if !ok || row.Get("role") != "condition" || change.IsBlank(c.New) || strings.EqualFold(c.New, "false") {
			continue
		}
		if !reference.ContainsAny(fromConditions, c.Name) || !j.oneSided(c.New, timeline.UnixNano(t, r.Rows[0])) {
			return
		}
		named = true
	}
	if named {
		r.Hides = false
		r.Reasons = append(r.Reasons, "+0 made where the owner usually is, for a sender of long standing whom nobody writes to: consistent with a newsletter")
	}
}

// oneSided reports whether all of some senders had long been writing at a
// time, and nobody in the estate ever wrote to them.
func (j *ruleJudge) oneSided(senders string, at int64) bool {
	c := mail.Contacts.Of(j.p)
	for _, text := range mail.ListParts(senders) {
		from := change.MailAddress(text)
		first, known := c.From[c.Key(strings.ToLower(from))]
		if from == "" || !known || at-first < int64(j.p.Days(mail.ContactHistory)) || len(c.To) == 0 || j.correspondent(from) {
			return false
		}
	}
	return true
}

// move gives the points of the target folder, and says whether mail is moved
// at all and whether to the archive.
func (j *ruleJudge) move(r *change.Rule, hides func(int, string, ...any)) (moved, archives bool) {
	for _, name := range [...]string{"MoveToFolder", "CopyToFolder", "DestinationFolder"} {
		folder := change.ValueOf(r.Changes, name)
		if change.IsBlank(folder) {
			continue
		}
		moved = moved || name != "CopyToFolder"
		switch kind := j.hidden.Kind(folder); kind {
		case "":
			if path := folder[strings.LastIndexByte(folder, '\\')+1:]; !change.HasWord(path) {
				hides(3, "moves to %s, a folder without a letter or digit in its name", folder)
			}
		case "archive":
			archives = archives || name == "MoveToFolder"
			r.Reasons = append(r.Reasons, "+0 moves to "+folder)
		case "deleted":
			hides(2, "moves to %s", folder)
		default:
			hides(3, "moves to %s, a folder that hides mail (%s)", folder, kind)
		}
	}
	return moved, archives
}

// words gives the points of what the conditions name, and says whether they
// name something that speaks against the rule.
func (j *ruleJudge) words(r *change.Rule, add func(int, string, ...any)) bool {
	before := r.Points
	var text []string
	for _, name := range wordConditions {
		if v := change.ValueOf(r.Changes, name); !change.IsBlank(v) {
			text = append(text, strings.NewReplacer(";", " ; ", ",", " , ").Replace(v))
		}
	}
	joined := strings.Join(text, " ; ")
	if found := j.p.Reference.SuppressTerms(joined); len(found) > 0 {
		add(2, "looks for %q", found[0].Text)
	} else if found := j.vocabulary.In(joined); len(found) > 0 {
		add(2, "looks for %q", found[0].Text)
	}
	for _, name := range fromConditions {
		for _, part := range mail.ListParts(change.ValueOf(r.Changes, name)) {
			if from := change.MailAddress(part); from != "" && j.correspondent(from) {
				add(2, "acts on mail from %s, a correspondent", from)
				return true
			}
		}
	}
	return r.Points > before
}

// correspondent reports whether an address is the tenant's or one that the
// estate has written to: a newsletter is neither.
func (j *ruleJudge) correspondent(address string) bool {
	if mail.InDomains(j.own, mail.DomainOf(address)) {
		return true
	}
	c := mail.Contacts.Of(j.p)
	_, ok := c.To[c.Key(strings.ToLower(address))]
	return ok
}

// hasCondition reports whether anything limits which messages a rule acts on.
func (j *ruleJudge) hasCondition(r *change.Rule) bool {
	for _, c := range r.Changes {
		if change.IsBlank(c.New) || strings.EqualFold(c.New, "false") {
			continue
		}
		if row, ok := j.p.Reference.Table(reference.RuleParameters).Find(c.Name); ok && row.Get("role") == "condition" {
			return true
		}
	}
	return false
}

// actor gives the points of who made the rule and when.
func (j *ruleJudge) actor(r *change.Rule, hides func(int, string, ...any)) {
	t := j.p.Timeline
	for _, row := range r.Rows {
		if a, basis := j.acts.At(row); a != nil {
			hides(2, "by a suspicious actor (%s)", actor.Attributed(a, basis))
			break
		}
	}
	if len(r.Rows) == 0 {
		return
	}
	at, timed := t.Nanos(r.Rows[0])
	if _, ok := actor.LastBefore(t, j.suspicious[t.Folded(timeline.ColUser, r.Rows[0])], at, actor.SoonAfter); timed && ok {
		hides(1, "first on record within 24 hours after a suspicious logon")
	}
}
