package ingest

import (
	"strconv"

	"becforensics/timeline"
)

// PortalCaps are the numbers of rows at which the portals of Sentinel and
// Defender cut an export off.
var PortalCaps = []int{10_000, 30_000}

// NoteCap notes that a file may be cut: it has as many records as its export
// delivers at most.
func NoteCap(s *timeline.Source, caps []int) {
	for _, limit := range caps {
		if s.Records == limit {
			s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteCut, Text: strconv.Itoa(limit) + " records are exactly what the export delivers at most: there may be more"})
		}
	}
}
