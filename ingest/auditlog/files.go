package auditlog

import (
	"strings"

	"becforensics/timeline"
)

// setFile takes what SharePoint and OneDrive say of a file. Its address is the
// ObjectId; with whom it was shared stands with the recipients.
func setFile(p *properties, ev *timeline.Event) {
	if id := p.text(kListItem); id != "" {
		ev.Set(timeline.ColItemID, id)
	}
	if dir := p.text(kSourceRelative); dir != "" {
		ev.Set(timeline.ColFolder, dir)
	}
	if dir := p.text(kDestRelative); dir != "" {
		ev.Set(timeline.ColTargetFolder, dir)
	}
	if with := p.text(kSharedWith); with != "" {
		ev.Set(timeline.ColRecipients, with)
	}
	if ev.Cols[timeline.ColTarget] == "" {
		ev.Set(timeline.ColTarget, p.text(kSourceFile))
	}
}

// query is what was searched for, under the names that it has been seen under.
func query(p *properties, ev *timeline.Event) string {
	if q := p.first(kQueryText, kSearchQueryText, kSearchQuery, kQuery); q != "" {
		return q
	}
	if !strings.Contains(ev.Cols[timeline.ColOperation], "Search") {
		return ""
	}
	var found string
	for _, k := range [...]int{kExtendedProperties, kOperationProperties, kParameters} {
		p.pairs(p.nested(k), func(q pair) {
			if found == "" && (q.name == p.names.Name(kQuery) || q.name == p.names.Name(kQueryText)) {
				found = q.text
			}
		})
	}
	return found
}

// Types of the entries of Target in a directory record.
const (
	targetName = "1" // display name, or the user's principal name
	targetSPN  = "4" // service principal name: the application's id
)

// setDirectoryTarget takes the application that a directory operation was done
// to: a consent, a permission, a credential. What was done to users has its
// target in ObjectId.
func setDirectoryTarget(p *properties, ev *timeline.Event) {
	var name, spn string
	application := false
	list := p.nested(kTarget)
	for e := range list.Elements() {
		id := e.Get("ID").Text()
		switch e.Get("Type").Text() {
		case targetName:
			name = id
		case targetSPN:
			if spn == "" {
				spn = id
			}
		default:
			application = application || id == "ServicePrincipal" || id == "Application"
		}
	}
	if !application {
		return
	}
	if name != "" {
		ev.Set(timeline.ColApp, name)
	}
	if isGUID(spn) {
		ev.Set(timeline.ColAppID, spn)
	}
}

func isGUID(s string) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-'
}
