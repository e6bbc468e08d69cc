package graphactivity

import (
	"bytes"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// category is that of the log's records in the diagnostic settings.
const category = "MicrosoftGraphActivityLogs"

// diagnostic is records of a storage account or event hub.
var diagnostic = &ingest.Layout{
	Name:     "diagnostic settings",
	Doc:      "Records of a storage account or event hub, one a line or under records: category " + category + ", whose properties hold the request. With C_Idtyp app, UserPrincipalObjectID is the service principal's.",
	TimeDesc: activityTime,
	Fields: column.Fields{
		fTime:      column.At("timeGenerated"),
		fID:        column.At("requestId"),
		fUser:      column.At("UserPrincipalObjectID", "userId"),
		fPrincipal: column.At("servicePrincipalId"),
		fTokenOf:   column.At("C_Idtyp.*"),
		fIP:        column.At("ipAddress"),
		fAppID:     column.At("appId"),
		fUserAgent: column.At("userAgent"),
		fSession:   column.At("C_Sid", "sessionId"),
		fToken:     column.At("signInActivityId"),
		fDevice:    column.At("C_DeviceId"),
		fMethod:    column.At("requestMethod"),
		fURI:       column.At("requestUri"),
		fStatus:    column.At("responseStatusCode"),
		fSize:      column.At("responseSizeBytes"),
	}.Below("properties").Or(column.Fields{
		fTime:   column.At("time"),
		fIP:     column.At("callerIpAddress"),
		fStatus: column.At("resultSignature"),
	}),
	Only: rows.JSON,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if h.Has("category", "properties") && categoryOf(h.Shape.First) == category {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		return (&log{fields: m, apps: o.Reference}).decoder(), nil
	},
}

// categoryOf is the category of the first record; of one that is longer than
// the file's head, by the first one in its text.
func categoryOf(first []byte) string {
	if r, err := rows.At(first, rows.Shape{Kind: rows.JSON}); err == nil && r.Err == nil {
		return r.Value.Get("category").Text()
	}
	_, rest, ok := bytes.Cut(first, []byte(`"category"`))
	rest = bytes.TrimLeft(rest, ": \t\r\n")
	if !ok || len(rest) == 0 || rest[0] != '"' {
		return ""
	}
	name, _, _ := bytes.Cut(rest[1:], []byte(`"`))
	return string(name)
}

// sentinel is the table of Log Analytics, and the properties of a record of the
// diagnostic settings by themselves.
var sentinel = &ingest.Layout{
	Name:     "Sentinel",
	Doc:      "The table MicrosoftGraphActivityLogs of Log Analytics, CSV or JSON; dates of CSV are in the browser's culture, UTC.",
	TimeDesc: activityTime,
	Fields: column.Fields{
		fTime:      column.At("TimeGenerated", "time"),
		fID:        column.At("RequestId"),
		fUser:      column.At("UserId", "UserPrincipalObjectID"),
		fPrincipal: column.At("ServicePrincipalId"),
		fTokenOf:   column.At("C_Idtyp.*"),
		fIP:        column.At("IPAddress"),
		fAppID:     column.At("AppId"),
		fUserAgent: column.At("UserAgent"),
		fSession:   column.At("SessionId", "C_Sid"),
		fToken:     column.At("SignInActivityId"),
		fDevice:    column.At("DeviceId", "C_DeviceId"),
		fMethod:    column.At("RequestMethod"),
		fURI:       column.At("RequestUri"),
		fStatus:    column.At("ResponseStatusCode"),
		fSize:      column.At("ResponseSizeBytes"),
	},
	Marks: column.Marks{{fMethod}, {fURI}, {fStatus}, {fAppID}},
	Open:  openTable,
}

// hunting is the table of Defender.
var hunting = &ingest.Layout{
	Name:     "Defender hunting",
	Doc:      "The table GraphAPIAuditEvents of Defender's advanced hunting, CSV or JSON. It has no user agent and no word for whose the token is: one without an account is an application's.",
	TimeDesc: activityTime,
	Fields: column.Fields{
		fTime:      column.At("Timestamp"),
		fID:        column.At("RequestId"),
		fUser:      column.At("AccountObjectId"),
		fPrincipal: column.At("ServicePrincipalId"),
		fTokenOf:   column.At("EntityType.*"),
		fIP:        column.At("IpAddress"),
		fAppID:     column.At("ApplicationId"),
		fToken:     column.At("UniqueTokenIdentifier", "UniqueTokenId"),
		fMethod:    column.At("RequestMethod"),
		fURI:       column.At("RequestUri"),
		fStatus:    column.At("ResponseStatusCode"),
		fSize:      column.At("ResponseSize"),
		fWorkload:  column.At("TargetWorkload"),
	},
	Marks: column.Marks{{fMethod}, {fURI}, {fStatus}, {fAppID}},
	Open:  openTable,
}

func openTable(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	return (&log{fields: m, apps: o.Reference, caps: ingest.PortalCaps}).decoder(), nil
}
