package signin

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/paths"
)

// below puts the paths of fields below a key.
func below(key string, list [][]string) [][]string {
	out := make([][]string, len(list))
	for f, paths := range list {
		for _, p := range paths {
			out[f] = append(out[f], key+"."+p)
		}
	}
	return out
}

// graphPaths are those of Graph's signIn.
func graphPaths() [][]string {
	p := make([][]string, numFields)
	p[fTime] = []string{"createdDateTime"}
	p[fID] = []string{"id"}
	p[fUser] = []string{"userPrincipalName"}
	p[fPrincipal] = []string{"servicePrincipalName", "servicePrincipalId"}
	p[fIP] = []string{"ipAddress"}
	p[fCountry] = []string{"location.countryOrRegion"}
	p[fCode] = []string{"status.errorCode"}
	p[fReason] = []string{"status.failureReason"}
	p[fApp] = []string{"appDisplayName"}
	p[fAppID] = []string{"appId"}
	p[fClient] = []string{"clientAppUsed"}
	p[fAgent] = []string{"userAgent"}
	p[fSession] = []string{"sessionId"}
	p[fToken] = []string{"uniqueTokenIdentifier"}
	p[fDeviceID] = []string{"deviceDetail.deviceId"}
	p[fDeviceName] = []string{"deviceDetail.displayName"}
	p[fResource] = []string{"resourceDisplayName"}
	p[fInteractive] = []string{"isInteractive"}
	p[fEventTypes] = []string{"signInEventTypes"}
	return p
}

// graph is the signIn resource, however it was saved.
var graph = &ingest.Layout{
	Name:     "Graph signIn",
	Doc:      "JSON of Graph, of the portal's download, of Microsoft-Extractor-Suite (arrays joined end to end) and PascalCase dumps of PowerShell.",
	Columns:  []string{"createdDateTime", "id", "userPrincipalName", "ipAddress", "location", "status", "appDisplayName", "appId", "clientAppUsed", "userAgent", "sessionId", "uniqueTokenIdentifier", "deviceDetail", "resourceDisplayName", "isInteractive", "signInEventTypes", "servicePrincipalId"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if !h.IsJSON() || !h.Has("createdDateTime") || !(h.Has("status") || h.Has("appId") || h.Has("clientAppUsed")) {
			return ingest.None
		}
		if h.Has("appDisplayName") || h.Has("ipAddress") && h.Has("status") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return open(h, o, nil, 0, graphPaths()).decoder(), nil
	},
}

// diagnostic is a sign-in within a record of the diagnostic settings.
var diagnostic = &ingest.Layout{
	Name:     "diagnostic settings",
	Doc:      "Records of a storage account or event hub, one a line or under records: the signIn is in properties. The category tells interactive from other sign-ins.",
	Columns:  []string{"time", "category", "resultType", "callerIpAddress", "properties"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsJSON() && h.Has("category", "properties") && signInCategory(h) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		p := below("properties", graphPaths())
		p[fTime] = append(p[fTime], "time")
		p[fIP] = append(p[fIP], "callerIpAddress")
		p[fCountry] = append(p[fCountry], "location")
		p[fCode] = append(p[fCode], "resultType")
		p[fReason] = append(p[fReason], "resultDescription")
		p[fUser] = append(p[fUser], "identity")
		p[fCategory] = []string{"category"}
		return open(h, o, nil, 0, p).decoder(), nil
	},
}

// signInCategory reports whether the first record is one of sign-ins.
func signInCategory(h *ingest.Head) bool {
	return containsFold(first(h, "category"), "signinlogs")
}

// first is the text of a key of the file's first record.
func first(h *ingest.Head, key string) string {
	return paths.First(h.Shape, key)
}
