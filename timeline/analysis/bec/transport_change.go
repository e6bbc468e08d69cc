package bec

import (
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

var transportChange = &analysis.Analyzer{
	Name:  "transport-change",
	Title: "Transport changes",
	Doc: analysis.Doc{
		Question: "Did somebody change how mail of the whole organisation flows?",
		Method: "Transport rules, connectors, accepted and remote domains that were made, changed or removed, as the table of watched changes lists them. A rule that copies or redirects mail to an external address, or whose name has no letter or digit, weighs high; one that only marks messages for their readers informs; " +
			"an act attributed to a suspicious actor weighs one step more. A change of medium weight or less from a network that is usual for the account, with 20 active days of history, or where the account's own device was at the address within 12 hours, and with no suspicious logon in the 24 hours before, only informs, as does a failed operation.",
		Limits:   "What a rule did to which message is told by the extended message trace only. Rules that stood before the log begins are in snapshots of transport rules.",
		Innocent: "Disclaimers, journaling, archiving and new mail gateways are set up by the same operations.",
		Confirm:  "A change ticket; the administrator's account; what the rule does today.",
	},
	Columns:    watchedColumns,
	Needs:      accusers,
	Version:    3,
	Techniques: []string{"T1114.003", "T1564.008"},
	References: []string{"elastic/detection-rules ff4dd44a, 684554fc"},
	Settings:   []string{"accepted_domains", "sister_domains", "thresholds"},
	Run: func(p *analysis.Pass) (*analysis.Finding, error) {
		own := ownDomains(p)
		targets := transportTargets(p)
		return findWatched(p, "transport-change", func(_ int, changes []change, r *analysis.Row, why *[]string) {
			if marksOnly(p, changes) {
				r.Severity = analysis.Info
				*why = append(*why, "it only adds to what is read: consistent with a disclaimer or a warning of mail from outside")
			}
			for _, target := range forwardTargets(changes, targets) {
				if external(own, target) {
					r.Severity = max(r.Severity, analysis.High)
					*why = append(*why, "sends mail to the external address "+target)
				}
			}
			if name := valueOf(changes, "Name"); name != "" && !hasWord(name) {
				r.Severity = max(r.Severity, analysis.High)
				*why = append(*why, "its name has no letter or digit")
			}
		}), nil
	},
}

// transportTargets are the parameters of a transport rule that send mail on.
func transportTargets(p *analysis.Pass) []string {
	var names []string
	for row := range p.Reference.Table(reference.TransportParams).Rows() {
		if row.Get("role") == "sends" {
			names = append(names, row.Key())
		}
	}
	return names
}

// marksOnly reports whether all that a transport rule does by the table of its
// parameters is to mark messages for their readers.
func marksOnly(p *analysis.Pass, changes []change) bool {
	marks := false
	for _, c := range changes {
		row, ok := p.Reference.Table(reference.TransportParams).Find(c.name)
		if !ok || isBlank(c.new) || strings.EqualFold(c.new, "false") {
			continue
		}
		if row.Get("role") != "marks" {
			return false
		}
		marks = true
	}
	return marks
}

// hasWord reports whether a name has a letter or digit.
func hasWord(name string) bool {
	return strings.IndexFunc(name, isWordRune) >= 0
}
