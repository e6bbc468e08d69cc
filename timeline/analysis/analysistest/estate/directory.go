package estate

import (
	"strings"
	"time"
)

// A change is one of the directory, told by its audit and by the audit log.
type change struct {
	activity, category string
	by                 *session // nil: the device registration service
	target             *user
	object             string // the name of a device or application; empty for a user
	objectID           string
	modified           []object
}

// was is a property as the directory's audit states a change of it.
func was(name, value string) object {
	return object{"displayName": name, "oldValue": "[]", "newValue": "[\"" + value + "\"]"}
}

// directory writes a change with a mark.
func (t *tenant) directory(at time.Time, c change, mk *mark) {
	r := t.draw("directory", c.activity, at, c.object, c.objectID)
	if c.modified == nil {
		c.modified = []object{}
	}
	kind, id, upn := "User", c.target.object, any(c.target.upn)
	if c.object != "" {
		kind, id, upn = c.category, c.objectID, nil
	}
	initiated := object{"user": nil, "app": object{"appId": "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9", "displayName": "Device Registration Service", "servicePrincipalId": "636bd265-c5af-4fb5-b3ab-5ff82688afb8"}}
	who, actors := "ServicePrincipal_636bd265-c5af-4fb5-b3ab-5ff82688afb8", []object{{"ID": "Device Registration Service", "Type": 1}}
	if c.by != nil {
		u := c.by.user
		initiated = object{"app": nil, "user": object{"id": u.object, "displayName": u.display, "userPrincipalName": u.upn, "ipAddress": c.by.at.ip, "roles": []string{}}}
		who, actors = u.upn, []object{{"ID": u.upn, "Type": 5}, {"ID": "User_" + u.object, "Type": 2}}
	}
	t.put("entra_audit", "EntraID/AuditLogs.json", at, object{
		"id": "Directory_" + guid(r), "category": c.category + "Management", "correlationId": guid(r), "result": "success", "resultReason": "", "activityDisplayName": c.activity,
		"activityDateTime": at.Format(sevenDigits), "loggedByService": "Core Directory", "operationType": "Update", "initiatedBy": initiated,
		"targetResources":   []object{{"id": id, "displayName": orNil(c.object), "type": kind, "userPrincipalName": upn, "modifiedProperties": c.modified}},
		"additionalDetails": []object{},
	}, mk)
	modified := []object{}
	for _, m := range c.modified {
		modified = append(modified, object{"Name": m["displayName"], "NewValue": strings.Trim(m["newValue"].(string), "[]\""), "OldValue": ""})
	}
	about, target := c.target.upn, []object{{"ID": "User_" + id, "Type": 2}, {"ID": c.target.upn, "Type": 5}}
	if c.object != "" {
		about, target = c.category+"_"+id, []object{{"ID": c.category + "_" + id, "Type": 2}, {"ID": c.object, "Type": 1}}
	}
	o := object{
		"Workload": "AzureActiveDirectory", "ResultStatus": "Success", "UserKey": "Not Available", "ObjectId": about, "AzureActiveDirectoryEventType": 1,
		"ModifiedProperties": modified, "ExtendedProperties": []object{pair("extendedAuditEventCategory", c.category)}, "Actor": actors, "Target": target,
	}
	if c.by != nil {
		o["ClientIP"], o["ActorIpAddress"] = c.by.at.ip, c.by.at.ip
	}
	t.audit(at, guid(r), c.activity+".", 8, who, o, mk)
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// registerDevice registers a device to a user: the act of an actor, or of the
// owner if the mark is nil.
func (t *tenant) registerDevice(at time.Time, u *user, name, id, version string, mark func() *mark) {
	properties := []object{was("DisplayName", name), was("DeviceOSType", "Windows"), was("DeviceOSVersion", version), was("DeviceTrustType", "AzureAd")}
	t.directory(at, change{activity: "Add device", category: "Device", target: u, object: name, objectID: id, modified: properties}, mark())
	owner := []object{was("Device.ObjectID", id), was("Device.DisplayName", name)}
	t.directory(at.Add(time.Second), change{activity: "Add registered owner to device", category: "Device", target: u, modified: owner}, mark())
}

// contain is a measure of an administrator for a mailbox.
func (t *tenant) contain(at time.Time, u *user, what string, changes ...change) {
	help := t.as("helpdesk")
	s := &session{user: help, mailbox: help, at: t.office, with: t.client("web"), ids: t.draw("contain", u.upn, at)}
	c := &Containment{T: at, Mailbox: u.upn, What: what, By: help.upn}
	t.measures = append(t.measures, c)
	for i, done := range changes {
		done.by, done.target = s, u
		if done.category == "" {
			done.category = "User"
		}
		t.directory(at.Add(time.Duration(i)*20*time.Second), done, &mark{notes: []any{c}})
	}
}

// The changes that measures consist of.
var (
	passwordReset = change{activity: "Reset user password"}
	revoked       = change{activity: "Update StsRefreshTokenValidFrom Timestamp", modified: []object{was("StsRefreshTokensValidFrom", "2026-01-01T00:00:00Z")}}
)
