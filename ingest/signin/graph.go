package signin

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/entra"
)

// graph is the signIn resource, however it was saved.
var graph = &ingest.Layout{
	Name:     "Graph signIn",
	Doc:      "JSON of Graph, of the portal's download, of Microsoft-Extractor-Suite (arrays joined end to end) and PascalCase dumps of PowerShell.",
	Columns:  []string{"createdDateTime", "id", "userPrincipalName", "ipAddress", "location", "status", "appDisplayName", "appId", "clientAppUsed", "userAgent", "sessionId", "uniqueTokenIdentifier", "deviceDetail", "resourceDisplayName", "isInteractive", "signInEventTypes", "servicePrincipalId"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsJSON() && h.Has("createdDateTime", "ipAddress") && (h.Has("appDisplayName") || h.Has("appId")) && !h.Has("TimeGenerated") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.SignIns(h, o, entra.SignInPaths(), 0), nil
	},
}

// diagnostic is records of the diagnostic settings.
var diagnostic = &ingest.Layout{
	Name:     "diagnostic settings",
	Doc:      "Records of a storage account or event hub, one a line or under records, whose properties are a signIn, a riskDetection or a riskyUser. The category tells interactive from other sign-ins. Records of other categories in the same file are read as what they are.",
	Columns:  []string{"time", "category", "operationName", "resultType", "callerIpAddress", "properties"},
	TimeDesc: "Sign-in",
	Detect: func(h *ingest.Head) ingest.Match {
		switch entra.DiagnosticKind(h) {
		case entra.SignIn, entra.Risk, entra.RiskyUser:
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.Diagnostic(h, o), nil
	},
}
