package change

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// What a rule gets points for by itself, whoever made it.
var (
	pointNameless    = &analysis.Point{Name: "hiding-rule.nameless", Value: 3, Doc: "a name without a letter or digit"}
	pointShortName   = &analysis.Point{Name: "hiding-rule.short_name", Value: 1, Doc: "a name of one character"}
	pointDeletes     = &analysis.Point{Name: "hiding-rule.deletes", Value: 3, Doc: "deletes mail"}
	pointMovesAway   = &analysis.Point{Name: "hiding-rule.moves_away", Value: 3, Doc: "moves mail to a folder that hides it, or whose name has no letter or digit"}
	pointMovesToBin  = &analysis.Point{Name: "hiding-rule.moves_to_bin", Value: 2, Doc: "moves mail to the deleted items"}
	pointLooksFor    = &analysis.Point{Name: "hiding-rule.looks_for", Value: 2, Doc: "looks for a listed word"}
	pointOnContact   = &analysis.Point{Name: "hiding-rule.on_contact", Value: 2, Doc: "acts on mail from a correspondent"}
	pointMarksRead   = &analysis.Point{Name: "hiding-rule.marks_read", Value: 1, Doc: "marks as read"}
	pointUnseen      = &analysis.Point{Name: "hiding-rule.unseen", Value: 1, Doc: "archives unseen what it looks for"}
	pointStops       = &analysis.Point{Name: "hiding-rule.stops", Value: 1, Doc: "stops further rules"}
	pointAllMessages = &analysis.Point{Name: "hiding-rule.all_messages", Value: 2, Doc: "acts on every message"}
	pointSendsOut    = &analysis.Point{Name: "hiding-rule.sends_out", Value: 2, Doc: "sends mail to an external address"}
)

// RulePoints are what a rule gets points for by itself.
var RulePoints = []*analysis.Point{
	pointNameless, pointShortName, pointDeletes, pointMovesAway, pointMovesToBin, pointLooksFor, pointOnContact,
	pointMarksRead, pointUnseen, pointStops, pointAllMessages, pointSendsOut,
}

// Conditions in which a rule names words and senders.
var (
	wordConditions = []string{"SubjectContainsWords", "SubjectOrBodyContainsWords", "BodyContainsWords"}
	fromConditions = []string{"From", "FromAddressContainsWords"}
)

// A RuleSet is what is known of inbox rules.
type RuleSet struct {
	Rules  []*Rule // in the order in which they were first seen
	Resync int     // records of Outlook repeating its rules, left out
}

// Rules are the inbox rules on record and in snapshots, with the points that
// they get by themselves.
var Rules = &analysis.Fact[*RuleSet]{
	Name:   "inbox rules",
	Needs:  []analysis.Need{analysis.Operations, mail.Contacts, mail.Tenant},
	Points: append([]*analysis.Point{oneRuleSeconds}, RulePoints...),
	Make:   judgeRules,
}

func judgeRules(p *analysis.Pass) *RuleSet {
	rules, resync := collectRules(p)
	j := &ruleJudge{p: p, hidden: mail.FoldersOf(p), own: mail.Tenant.Of(p), contacts: mail.Contacts.Of(p), vocabulary: mail.NewVocabulary(p)}
	type alike struct {
		name    string
		changes *Property // the first of them
	}
	judged := map[alike]*Rule{}
	for _, r := range rules {
		k := alike{name: r.Name}
		if len(r.Changes) > 0 {
			k.changes = &r.Changes[0]
		}
		if like := judged[k]; like != nil {
			r.Verdict, r.Text = like.Verdict, like.Text
			continue
		}
		j.judge(r)
		r.Reasons = slices.Clip(r.Reasons)
		r.Text = ChangesText(r.Changes)
		judged[k] = r
	}
	return &RuleSet{rules, resync}
}

// A ruleJudge gives inbox rules their points.
type ruleJudge struct {
	p          *analysis.Pass
	hidden     *mail.Folders
	own        map[string]bool
	contacts   *mail.ContactBook
	vocabulary *mail.Vocabulary
}

func (j *ruleJudge) judge(r *Rule) {
	if name := strings.TrimSpace(r.Name); r.Name != "" && !HasWord(name) {
		r.Hide(pointNameless, "a name without a letter or digit")
	} else if utf8.RuneCountInString(name) == 1 {
		r.add(pointShortName, "a name of one character")
	}
	deletes := isTrue(r.Changes, "DeleteMessage") || isTrue(r.Changes, "SoftDeleteMessage")
	if deletes {
		r.Hide(pointDeletes, "deletes messages")
	}
	moves, archives := j.move(r)
	named := j.words(r)
	if isTrue(r.Changes, "MarkAsRead") {
		r.add(pointMarksRead, "marks as read")
		if archives && named {
			r.Hide(pointUnseen, "archives unseen what it looks for")
		}
	}
	if isTrue(r.Changes, "StopProcessingRules") {
		r.add(pointStops, "stops further rules")
	}
	if (deletes || moves) && !j.hasCondition(r) {
		r.add(pointAllMessages, "acts on every message%s", j.catchAllsText(r))
	}
	for _, target := range ForwardTargets(r.Changes, RuleTargets) {
		if mail.External(j.own, target) {
			r.Hide(pointSendsOut, "sends mail to the external address %s", target)
			break
		}
	}
}

// move gives the points of the target folder, and says whether mail is moved
// at all and whether to the archive.
func (j *ruleJudge) move(r *Rule) (moved, archives bool) {
	for _, name := range [...]string{"MoveToFolder", "CopyToFolder", "DestinationFolder"} {
		folder := ValueOf(r.Changes, name)
		if IsBlank(folder) {
			continue
		}
		moved = moved || name != "CopyToFolder"
		switch kind := j.hidden.Kind(folder); kind {
		case "":
			if path := folder[strings.LastIndexByte(folder, '\\')+1:]; !HasWord(path) {
				r.Hide(pointMovesAway, "moves to %s, a folder without a letter or digit in its name", folder)
			}
		case "archive":
			archives = archives || name == "MoveToFolder"
			r.Reasons = append(r.Reasons, "+0 moves to "+folder)
		case "deleted":
			r.Hide(pointMovesToBin, "moves to %s", folder)
		default:
			r.Hide(pointMovesAway, "moves to %s, a folder that hides mail (%s)", folder, kind)
		}
	}
	return moved, archives
}

// HasWord reports whether a name has a letter or digit.
func HasWord(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// separators puts space around what separates words in a list.
var separators = strings.NewReplacer(";", " ; ", ",", " , ")

// words gives the points of what the conditions name, and says whether it gave
// any.
func (j *ruleJudge) words(r *Rule) bool {
	before := r.Points
	var text []string
	for _, name := range wordConditions {
		if v := ValueOf(r.Changes, name); !IsBlank(v) {
			text = append(text, separators.Replace(v))
		}
	}
	joined := strings.Join(text, " ; ")
	if found := j.p.Reference.SuppressTerms(joined); len(found) > 0 {
		r.add(pointLooksFor, "looks for %q", found[0].Text)
	} else if found := j.vocabulary.In(joined); len(found) > 0 {
		r.add(pointLooksFor, "looks for %q", found[0].Text)
	}
	for _, name := range fromConditions {
		for _, part := range mail.ListParts(ValueOf(r.Changes, name)) {
			if from := MailAddress(part); from != "" && j.contacts.Correspondent(j.own, from) {
				r.add(pointOnContact, "acts on mail from %s, a correspondent", from)
				return true
			}
		}
	}
	return r.Points > before
}

// hasCondition reports whether anything limits which messages a rule acts on.
func (j *ruleJudge) hasCondition(r *Rule) bool {
	for _, c := range r.Changes {
		if conditionOf(j.p, c) {
			return true
		}
	}
	return false
}

// conditionOf reports whether a parameter limits which messages a rule acts on:
// one that every mail meets does not.
func conditionOf(p *analysis.Pass, c Property) bool {
	if IsBlank(c.New) || strings.EqualFold(c.New, "false") {
		return false
	}
	row, ok := p.Reference.Table(reference.RuleParameters).Find(c.Name)
	return ok && row.Get("role") == "condition" && !isCatchAll(p, c)
}
