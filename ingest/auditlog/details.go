package auditlog

import (
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// details is a JSON object of what no column and no message holds, values as
// they were written; it is good as long as the event's room.
func details(p *properties, ev *timeline.Event) string {
	var o jsonObject
	if p.object.IsObject() {
		n := 0
		for name, v := range p.object.Members() {
			k := p.key(n, name)
			n++
			switch {
			case v.IsNull() || k != noKey && p.v[k] == v && inColumn(p, k):
			case (k == kFolders || k == kMessages || k == kAffectedItems) && p.v[k] == v && hasObject(v):
				o.addUnlisted(name, k, v)
			default:
				o.addMember(name, v)
			}
		}
	}
	return o.textIn(ev)
}

// spread is the details of a record whose properties are the cells of a
// table.
func spread(header []string, p *properties, ev *timeline.Event) string {
	var o jsonObject
	for i, name := range header {
		cell := p.rec.Cell(i)
		if cell == "" || isTaken(p, i) {
			continue
		}
		if v := p.parse(cell); v.Exists() {
			o.addRaw(name, v.Raw())
		} else {
			o.add(name, rows.Quote(cell))
		}
	}
	return o.textIn(ev)
}

func isTaken(p *properties, at int) bool {
	for k, c := range p.cells {
		if c == at+1 {
			return inColumn(p, k)
		}
	}
	return false
}

// inColumn reports whether all that a property says stands in columns, so that
// the details need not repeat it.
func inColumn(p *properties, k int) bool {
	switch k {
	case kWorkload, kUserKey, kUserType, kLogonType, kResultStatus, kErrorNumber,
		kAppAccessContext, kDeviceProperties, kExtendedProperties, kOperationProperties, kTarget, kItem, kAffectedItems,
		kFolders, kMessages, kFolder, kDestFolder, kMailData, kEmailInfo:
		return false
	case kClientIPAddress, kActorIPAddress, kActorIP:
		return p.first(addressKeys[:]...) == p.text(k)
	case kAppID, kApplicationID:
		return p.first(kClientAppID, kAppID, kApplicationID) == p.text(k)
	case kActorInfo:
		return p.text(kClientInfo) == ""
	case kDeviceID, kDeviceName, kMachineID:
		return !p.has(kDeviceProperties) && p.first(kDeviceID, kDeviceName, kMachineID) == p.text(k)
	case kSourceFile:
		return false
	case kP1Sender, kP2Sender, kSendOnBehalf, kSender:
		return p.first(senderKeys[:]...) == p.text(k)
	case kReceivers:
		return !p.has(kRecipientList) && !p.has(kRecipients)
	case kItemName:
		return p.text(kSubject) == "" && isLabelledMail(p)
	case kMessageID:
		return messageID(p) == p.text(k)
	case kCountry:
		return isCountryCode(p.text(k))
	}
	return true
}
