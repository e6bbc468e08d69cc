package signin

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/entra"
)

// riskDetections is what Identity Protection found, one record a detection.
var riskDetections = &ingest.Layout{
	Name:     "risk detections",
	Doc:      "Graph's riskDetection as JSON, or CSV of Microsoft-Extractor-Suite or Sentinel. The target is the kind of risk with its level and state; the time is that of the risky activity, the detection can come days later.",
	Columns:  []string{"activityDateTime", "detectedDateTime", "id", "userPrincipalName", "ipAddress", "riskEventType", "riskLevel", "riskState", "additionalInfo"},
	TimeDesc: "Risky Activity",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.Has("riskEventType", "riskLevel", "riskState") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.RiskDetections(h, o, entra.RiskPaths()), nil
	},
}

// riskyUsers is what Identity Protection holds of a user, a state.
var riskyUsers = &ingest.Layout{
	Name:     "risky users",
	Doc:      "Graph's riskyUser as JSON, or CSV of Microsoft-Extractor-Suite or Sentinel: context, no events.",
	Columns:  []string{"userPrincipalName", "riskLevel", "riskState", "riskDetail", "riskLastUpdatedDateTime"},
	TimeDesc: "Risk Last Updated",
	Detect: func(h *ingest.Head) ingest.Match {
		if hasTime(h, "riskLastUpdatedDateTime") && h.Has("riskLevel", "riskState") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		return entra.RiskyUsers(h, o, entra.RiskyUserPaths()), nil
	},
}
