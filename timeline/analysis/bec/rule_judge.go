package bec

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

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
	c := mail.ContactsOf(j.p)
	for _, text := range mail.ListParts(senders) {
		from := change.MailAddress(text)
		first, known := c.From[c.Key(strings.ToLower(from))]
		if from == "" || !known || at-first < int64(mail.ContactHistory) || len(c.To) == 0 || j.correspondent(from) {
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
	c := mail.ContactsOf(j.p)
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
