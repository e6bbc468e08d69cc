package signin

import (
	"strings"

	"becforensics/ingest"
	"becforensics/timeline"
)

// portal is the download of the Entra portal as CSV.
var portal = &ingest.Layout{
	Name:     "portal CSV",
	Doc:      "InteractiveSignIns, NonInteractiveSignIns, ApplicationSignIns and MSISignIns: headers with stray spaces, one of them twice, in the language of the portal; columns came over the years. Only the file's name says that its sign-ins are not interactive.",
	Columns:  []string{"Date (UTC)", "Request ID", "Username", "IP address", "Location", "Status", "Sign-in error code", "Failure reason", "Application", "Application ID", "Client app", "User agent", "Session ID", "Unique token identifier", "Device ID", "Resource", "Service principal ID"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("Date (UTC)", "Request ID", "IP address") && (h.Has("Sign-in error code") || h.Has("Status")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		p := make([][]string, numFields)
		p[fTime] = []string{"Date (UTC)"}
		p[fID] = []string{"Request ID"}
		p[fUser] = []string{"Username", "User"}
		p[fPrincipal] = []string{"Service principal name", "Service principal ID"}
		p[fIP] = []string{"IP address"}
		p[fCountry] = []string{"Location"}
		p[fCode] = []string{"Sign-in error code"}
		p[fStatus] = []string{"Status"}
		p[fReason] = []string{"Failure reason"}
		p[fApp] = []string{"Application"}
		p[fAppID] = []string{"Application ID"}
		p[fClient] = []string{"Client app"}
		p[fAgent] = []string{"User agent"}
		p[fSession] = []string{"Session ID"}
		p[fToken] = []string{"Unique token identifier"}
		p[fDeviceID] = []string{"Device ID"}
		p[fResource] = []string{"Resource"}
		var flags timeline.Flags
		if containsFold(h.Name[strings.LastIndexByte(h.Name, '/')+1:], "NonInteractive") {
			flags |= timeline.NonInteractive
		}
		return open(h, o, h.Shape.Header, flags, p).decoder(), nil
	},
}

// flat is the table of an older portal and of scripts.
var flat = &ingest.Layout{
	Name:     "flat CSV",
	Doc:      "The few columns of an older portal and of scripts that flatten Graph's signIn; some lack the error code and state the outcome in a word only.",
	Columns:  []string{"CreatedDateTime", "UserPrincipalName", "AppDisplayName", "IPAddress", "City", "Country", "Device", "Status"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("CreatedDateTime", "UserPrincipalName", "AppDisplayName", "IPAddress") && h.Column("Type") < 0 && h.Column("ResultType") < 0 {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		p := graphPaths()
		p[fCountry] = append(p[fCountry], "Country", "CountryOrRegion", "Location")
		p[fCode] = append(p[fCode], "ErrorCode", "StatusErrorCode")
		p[fReason] = append(p[fReason], "FailureReason")
		p[fStatus] = []string{"Status"}
		p[fDeviceName] = append(p[fDeviceName], "Device")
		return open(h, o, h.Shape.Header, 0, p).decoder(), nil
	},
}

// sentinel is the tables of Log Analytics.
var sentinel = &ingest.Layout{
	Name:     "Sentinel CSV",
	Doc:      "SigninLogs and AADNonInteractiveUserSignInLogs from Sentinel: parts are JSON in cells, dates are in the browser's culture, UTC.",
	Columns:  []string{"TimeGenerated", "Id", "UserPrincipalName", "IPAddress", "LocationDetails", "ResultType", "ResultDescription", "AppDisplayName", "AppId", "ClientAppUsed", "UserAgent", "SessionId", "UniqueTokenIdentifier", "DeviceDetail", "ResourceDisplayName", "IsInteractive", "Category", "Type"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("ResultType", "AppDisplayName", "IPAddress") && (h.Has("UserPrincipalName") || h.Has("ServicePrincipalName")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		p := graphPaths()
		p[fTime] = []string{"TimeGenerated", "CreatedDateTime"}
		p[fCountry] = []string{"LocationDetails_dynamic.countryOrRegion", "LocationDetails_string.countryOrRegion", "LocationDetails.countryOrRegion", "Location"}
		p[fCode] = []string{"ResultType"}
		p[fReason] = []string{"ResultDescription"}
		p[fDeviceID] = []string{"DeviceDetail_dynamic.deviceId", "DeviceDetail_string.deviceId", "DeviceDetail.deviceId"}
		p[fDeviceName] = []string{"DeviceDetail_dynamic.displayName", "DeviceDetail_string.displayName", "DeviceDetail.displayName"}
		p[fCategory] = []string{"Category", "Type"}
		return open(h, o, h.Shape.Header, 0, p).decoder(), nil
	},
}

// defender is the sign-in table of advanced hunting.
var defender = &ingest.Layout{
	Name:     "Defender CSV",
	Doc:      "AADSignInEventsBeta and EntraIdSignInEvents of advanced hunting. LogonType tells interactive sign-ins; exports stop at a cap of rows.",
	Columns:  []string{"Timestamp", "RequestId", "AccountUpn", "IPAddress", "Country", "ErrorCode", "Application", "ApplicationId", "ClientAppUsed", "UserAgent", "SessionId", "EntraIdDeviceId", "DeviceName", "ResourceDisplayName", "LogonType"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("Timestamp", "AccountUpn", "ErrorCode", "LogonType", "Application") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		p := make([][]string, numFields)
		p[fTime] = []string{"Timestamp"}
		p[fID] = []string{"RequestId"}
		p[fUser] = []string{"AccountUpn"}
		p[fPrincipal] = []string{"ServicePrincipalName", "ServicePrincipalId"}
		p[fIP] = []string{"IPAddress"}
		p[fCountry] = []string{"Country"}
		p[fCode] = []string{"ErrorCode"}
		p[fApp] = []string{"Application"}
		p[fAppID] = []string{"ApplicationId"}
		p[fClient] = []string{"ClientAppUsed"}
		p[fAgent] = []string{"UserAgent"}
		p[fSession] = []string{"SessionId"}
		p[fToken] = []string{"UniqueTokenId"}
		p[fDeviceID] = []string{"EntraIdDeviceId", "AadDeviceId"}
		p[fDeviceName] = []string{"DeviceName"}
		p[fResource] = []string{"ResourceDisplayName"}
		p[fCategory] = []string{"LogonType"}
		return open(h, o, h.Shape.Header, 0, p).decoder(), nil
	},
}
