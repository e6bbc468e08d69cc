package estate

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// signIn is a sign-in, told by the sign-in log and by the audit log.
func (t *tenant) signIn(s *session, interactive bool, failure int) {
	id := guid(s.ids)
	kind := "token"
	if interactive {
		kind = "logon"
	}
	if s.entry.protocol == "deviceCode" {
		kind = "device_code"
	}
	mark := func() *mark {
		m := s.mark(kind)
		if failure != 0 && m != nil {
			m.kind, m.failed = "logon_failed", true
		}
		return m
	}
	at := s.now.Truncate(time.Second)
	file := "EntraID/nonInteractiveUser-SignInLogs.json"
	event := "nonInteractiveUser"
	if interactive {
		file, event = "EntraID/interactiveUser-SignInLogs.json", "interactiveUser"
	}
	requirement := "multiFactorAuthentication"
	if s.entry.single {
		requirement = "singleFactorAuthentication"
	}
	reason := "Other."
	if failure == wrongPassword {
		reason = "Error validating credentials due to invalid username or password."
	}
	resource, resourceID := s.entry.resource, s.entry.resourceID
	if resource == "" {
		resource, resourceID = "Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000"
	}
	asn, err := strconv.Atoi(s.at.asn)
	if err != nil {
		panic(err) // the table of networks is part of the package
	}
	detail := object{"deviceId": s.device, "displayName": s.deviceName, "operatingSystem": s.with.os, "browser": s.with.browser, "isCompliant": s.device != "" && s.device == s.user.device, "isManaged": s.device != "" && s.device == s.user.device, "trustType": ""}
	switch s.device {
	case "":
	case s.user.device:
		detail["trustType"] = "Hybrid Azure AD joined"
	default:
		detail["trustType"] = "Azure AD joined"
	}
	method := []object{{"authenticationStepDateTime": at.Format(time.RFC3339), "authenticationMethod": "Previously satisfied", "succeeded": failure == 0, "authenticationStepResultDetail": "MFA requirement satisfied by claim in the token", "authenticationStepRequirement": "Primary authentication"}}
	t.put("signins", file, at, object{
		"id": id, "createdDateTime": at.Format(time.RFC3339), "userDisplayName": s.user.display, "userPrincipalName": strings.ToLower(s.user.upn), "userId": s.user.object,
		"appId": s.with.appID, "appDisplayName": s.with.app, "ipAddress": s.at.ip, "clientAppUsed": s.with.used, "userAgent": s.with.agent, "correlationId": guid(s.ids),
		"conditionalAccessStatus": "success", "isInteractive": interactive, "riskLevelAggregated": "none", "riskLevelDuringSignIn": "none", "riskState": "none", "riskDetail": "none",
		"riskEventTypes_v2": []string{}, "resourceDisplayName": resource, "resourceId": resourceID, "authenticationRequirement": requirement, "signInEventTypes": []string{event},
		"autonomousSystemNumber": asn, "uniqueTokenIdentifier": s.token, "incomingTokenType": orNone(s.entry.incoming), "authenticationProtocol": orNone(s.entry.protocol),
		"originalTransferMethod": orNone(s.entry.transfer), "sessionId": s.id, "status": object{"errorCode": failure, "failureReason": reason, "additionalDetails": nil},
		"deviceDetail": detail, "location": object{"city": "", "state": "", "countryOrRegion": s.at.country, "geoCoordinates": object{"latitude": nil, "longitude": nil}},
		"appliedConditionalAccessPolicies": []object{}, "authenticationDetails": method, "userType": "member", "resourceTenantId": t.id, "homeTenantId": t.id,
	}, mark())
	operation, error, status := "UserLoggedIn", "", "Success"
	if failure != 0 {
		operation, error, status = "UserLoginFailed", "InvalidUserNameOrPassword", "Failed"
	}
	request := "OAuth2:Token"
	if interactive {
		request = "OAuth2:Authorize"
	}
	o := object{
		"Workload": "AzureActiveDirectory", "ResultStatus": status, "UserKey": s.user.object, "ClientIP": s.at.ip, "ActorIpAddress": s.at.ip, "AzureActiveDirectoryEventType": 1,
		"ObjectId": resourceID, "ApplicationId": s.with.appID, "ErrorNumber": fmt.Sprint(failure), "IntraSystemId": id, "InterSystemsId": guid(s.ids),
		"ExtendedProperties": []object{pair("ResultStatusDetail", status), pair("UserAgent", s.with.agent), pair("RequestType", request)}, "ModifiedProperties": []object{},
		"Actor":            []object{{"ID": s.user.object, "Type": 0}, {"ID": s.user.upn, "Type": 5}},
		"Target":           []object{{"ID": resourceID, "Type": 0}},
		"DeviceProperties": []object{pair("OS", s.with.os), pair("BrowserType", s.with.browser), pair("IsCompliantAndManaged", word(s.device == s.user.device)), pair("SessionId", s.id)},
	}
	if error != "" {
		o["LogonError"] = error
	}
	t.audit(s.now, id, operation, 15, s.user.upn, o, mark())
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
