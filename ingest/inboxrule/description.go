package inboxrule

import (
	"strings"

	"becforensics/timeline"
)

// phrases are how Exchange words the parts of a rule in its Description, in
// English, the language in which the cmdlets describe rules by default. The
// first that fits counts.
var phrases = []struct{ words, parameter, value string }{
	{"the message was received from ", "From", ""},
	{"the message includes specific words in the subject or body ", "SubjectOrBodyContainsWords", ""},
	{"the message includes specific words in the subject ", "SubjectContainsWords", ""},
	{"the message includes specific words in the body ", "BodyContainsWords", ""},
	{"move the message to folder ", "MoveToFolder", ""},
	{"move the message to the following folder: ", "MoveToFolder", ""},
	{"copy the message to folder ", "CopyToFolder", ""},
	{"forward the message to ", "ForwardTo", ""},
	{"forward the message as an attachment to ", "ForwardAsAttachmentTo", ""},
	{"redirect the message to ", "RedirectTo", ""},
	{"delete the message", "DeleteMessage", "True"},
	{"mark the message as read", "MarkAsRead", "True"},
	{"stop processing more rules", "StopProcessingRules", "True"},
}

// quotes takes the quotes off a list of words: one' or 'two.
var quotes = strings.NewReplacer("' or '", ";", "' and '", ";", "', '", ";")

// described fills from a rule's Description the parameters whose cells are
// empty or were lost.
func described(c timeline.Context) timeline.Context {
	text := c.Get("Description")
	if text == "" {
		return c
	}
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }) {
		line = strings.TrimSpace(line)
		for _, joint := range [...]string{"and ", "or "} {
			line = strings.TrimPrefix(line, joint)
		}
		folded := strings.ToLower(line)
		for _, p := range phrases {
			if !strings.HasPrefix(folded, p.words) {
				continue
			}
			value := p.value
			if value == "" {
				value = quotes.Replace(strings.Trim(line[len(p.words):], "'\" .:"))
			}
			if c.Get(p.parameter) == "" {
				c.Cells = append(c.Cells, timeline.Pair{Name: p.parameter, Value: value})
			}
			break
		}
	}
	return c
}
