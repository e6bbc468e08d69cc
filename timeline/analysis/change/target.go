package change

import (
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// RuleTargets are the parameters by which an inbox rule sends mail on.
var RuleTargets = []string{"ForwardTo", "ForwardAsAttachmentTo", "RedirectTo"}

// ForwardTargets are the addresses that a change sends mail to, as written,
// without the prefix smtp: and without repeats.
func ForwardTargets(changes []Property, parameters []string) []string {
	var targets []string
	for _, name := range parameters {
		for _, c := range changes {
			if !strings.EqualFold(c.Name, name) {
				continue
			}
			for _, part := range mail.ListParts(c.New) {
				if a := MailAddress(part); a != "" && !reference.ContainsFold(targets, a) {
					targets = append(targets, a)
				}
			}
		}
	}
	return targets
}

// MailAddress is the internet address in a target like "Name" [SMTP:a@b],
// smtp:a@b, or a@b; what is no internet address (a mailbox of the organisation
// by name, a legacy address) is given as written.
func MailAddress(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "[]\"'{}")
	if i := strings.Index(strings.ToLower(s), "smtp:"); i >= 0 {
		s = strings.Trim(s[i+len("smtp:"):], "]\"' ")
	}
	if IsBlank(s) {
		return ""
	}
	return s
}

// TransportTargets are the parameters of a transport rule that send mail on.
func TransportTargets(p *analysis.Pass) []string {
	var names []string
	for row := range p.Reference.Table(reference.TransportParams).Rows() {
		if row.Get("role") == "sends" {
			names = append(names, row.Key())
		}
	}
	return names
}
