package signin

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/entra"
	"becforensics/timeline"
)

// portal is the download of the Entra portal as CSV.
var portal = &ingest.Layout{
	Name:     "portal CSV",
	Doc:      "InteractiveSignIns, NonInteractiveSignIns, ApplicationSignIns and MSISignIns: headers with stray spaces, one of them twice, in the language of the portal; columns came over the years. Only the file's name says that its sign-ins are not interactive.",
	Columns:  []string{"Date (UTC)", "Request ID", "Username", "IP address", "Location", "Status", "Sign-in error code", "Failure reason", "Application", "Application ID", "Client app", "User agent", "Session ID", "Unique token identifier", "Device ID", "Resource", "Service principal ID"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && entra.Has(h, "Date (UTC)", "IP address", "Status") && (entra.Has(h, "Request ID") || entra.Has(h, "Username", "Application")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		var flags timeline.Flags
		name := strings.ToLower(h.Name[strings.LastIndexByte(h.Name, '/')+1:])
		if strings.Contains(name, "noninteractive") {
			flags |= timeline.NonInteractive
		}
		return entra.SignIns(h, o, entra.Paths{
			entra.Time:      {"Date (UTC)"},
			entra.ID:        {"Request ID.*"},
			entra.User:      {"Username", "User"},
			entra.Principal: {"Service principal name", "Service principal ID"},
			entra.IP:        {"IP address"},
			entra.Country:   {"Location"},
			entra.Code:      {"Sign-in error code"},
			entra.Status:    {"Status.*"},
			entra.Reason:    {"Failure reason.*"},
			entra.App:       {"Application"},
			entra.AppID:     {"Application ID"},
			entra.Client:    {"Client app"},
			entra.UserAgent: {"User agent"},
			entra.Session:   {"Session ID"},
			entra.Token:     {"Unique token identifier"},
			entra.DeviceID:  {"Device ID"},
			entra.Resource:  {"Resource"},
			entra.Protocol:  {"Authentication Protocol.*"},
			entra.Transfer:  {"Original transfer method.*"},
		}, flags), nil
	},
}

// flat is the table of an older portal and of scripts.
var flat = &ingest.Layout{
	Name:     "flat CSV",
	Doc:      "The few columns of an older portal and of scripts that flatten Graph's signIn; some lack the error code and state the outcome in a word only.",
	Columns:  []string{"CreatedDateTime", "UserPrincipalName", "AppDisplayName", "IPAddress", "City", "Country", "Device", "Status"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("CreatedDateTime", "UserPrincipalName", "AppDisplayName", "IPAddress") && !h.Has("ResultType") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		p := entra.SignInPaths()
		p[entra.Country] = append(p[entra.Country], "Country", "CountryOrRegion", "Location")
		p[entra.Code] = append(p[entra.Code], "ErrorCode")
		p[entra.Status] = []string{"Status.*"}
		p[entra.Reason] = append(p[entra.Reason], "FailureReason.*")
		p[entra.DeviceName] = append(p[entra.DeviceName], "Device")
		return entra.SignIns(h, o, p, 0), nil
	},
}

// sentinel is the tables of Log Analytics.
var sentinel = &ingest.Layout{
	Name:     "Sentinel",
	Doc:      "SigninLogs, AADNonInteractiveUserSignInLogs and their like from Log Analytics, CSV or JSON: parts are JSON in texts, dates of CSV are in the browser's culture, UTC.",
	Columns:  []string{"TimeGenerated", "Id", "UserPrincipalName", "IPAddress", "LocationDetails", "ResultType", "ResultDescription", "AppDisplayName", "AppId", "ClientAppUsed", "UserAgent", "SessionId", "UniqueTokenIdentifier", "DeviceDetail", "ResourceDisplayName", "IsInteractive", "Category", "Type"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		timed := hasTime(h, "TimeGenerated") || hasTime(h, "CreatedDateTime")
		if timed && h.Has("ResultType", "IPAddress") && (h.Has("AppDisplayName") || h.Has("AppId")) && (h.Has("UserPrincipalName") || h.Has("ServicePrincipalId")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.SignIns(h, o, entra.Paths{
			entra.Time:          {"TimeGenerated", "CreatedDateTime.*"},
			entra.Created:       {"CreatedDateTime.*"},
			entra.ID:            {"Id.*"},
			entra.User:          {"UserPrincipalName"},
			entra.Principal:     {"ServicePrincipalName", "ServicePrincipalId"},
			entra.IP:            {"IPAddress"},
			entra.Country:       {"LocationDetails.countryOrRegion", "LocationDetails_dynamic.countryOrRegion", "LocationDetails_string.countryOrRegion", "Location"},
			entra.Code:          {"ResultType"},
			entra.Reason:        {"ResultDescription.*"},
			entra.App:           {"AppDisplayName"},
			entra.AppID:         {"AppId"},
			entra.Client:        {"ClientAppUsed"},
			entra.UserAgent:     {"UserAgent"},
			entra.Session:       {"SessionId"},
			entra.Token:         {"UniqueTokenIdentifier"},
			entra.DeviceID:      {"DeviceDetail.deviceId", "DeviceDetail_dynamic.deviceId", "DeviceDetail_string.deviceId"},
			entra.DeviceName:    {"DeviceDetail.displayName", "DeviceDetail_dynamic.displayName", "DeviceDetail_string.displayName"},
			entra.Resource:      {"ResourceDisplayName"},
			entra.Interactive:   {"IsInteractive.*"},
			entra.Category:      {"Category.*", "Type.*"},
			entra.Protocol:      {"AuthenticationProtocol.*"},
			entra.Transfer:      {"OriginalTransferMethod.*"},
			entra.RiskLevel:     {"RiskLevelDuringSignIn.*"},
			entra.RiskAggregate: {"RiskLevelAggregated.*"},
			entra.RiskState:     {"RiskState.*"},
			entra.RiskTypes:     {"RiskEventTypes_V2.*", "RiskEventTypes.*"},
		}, 0, ingest.PortalCaps...), nil
	},
}

// hasTime reports whether a file has a time of this name; the portal of
// Sentinel adds the zone to it.
func hasTime(h *ingest.Head, name string) bool { return h.Has(name) || h.Has(name+" [UTC]") }

// defender is the sign-in table of advanced hunting.
var defender = &ingest.Layout{
	Name:     "Defender CSV",
	Doc:      "AADSignInEventsBeta and EntraIdSignInEvents of advanced hunting, and their tables of applications. LogonType tells interactive sign-ins; exports stop at a cap of rows.",
	Columns:  []string{"Timestamp", "RequestId", "AccountUpn", "IPAddress", "Country", "ErrorCode", "Application", "ApplicationId", "ClientAppUsed", "UserAgent", "SessionId", "EntraIdDeviceId", "DeviceName", "ResourceDisplayName", "LogonType"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.Has("Timestamp", "RequestId", "ErrorCode", "Application") && (h.Has("AccountUpn") || h.Has("ServicePrincipalId")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.SignIns(h, o, entra.Paths{
			entra.Time:          {"Timestamp"},
			entra.ID:            {"RequestId.*"},
			entra.User:          {"AccountUpn"},
			entra.Principal:     {"ServicePrincipalName", "ServicePrincipalId"},
			entra.IP:            {"IPAddress"},
			entra.Country:       {"Country"},
			entra.Code:          {"ErrorCode"},
			entra.App:           {"Application"},
			entra.AppID:         {"ApplicationId"},
			entra.Client:        {"ClientAppUsed"},
			entra.UserAgent:     {"UserAgent"},
			entra.Session:       {"SessionId"},
			entra.Token:         {"UniqueTokenId"},
			entra.DeviceID:      {"EntraIdDeviceId", "AadDeviceId"},
			entra.DeviceName:    {"DeviceName"},
			entra.Resource:      {"ResourceDisplayName"},
			entra.EventTypes:    {"LogonType.*"},
			entra.RiskLevel:     {"RiskLevelDuringSignIn.*"},
			entra.RiskAggregate: {"RiskLevelAggregated.*"},
			entra.RiskState:     {"RiskState.*"},
			entra.RiskTypes:     {"RiskEventTypes.*"},
		}, 0, ingest.PortalCaps...), nil
	},
}
