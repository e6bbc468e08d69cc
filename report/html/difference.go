package html

import (
	"regexp"

	"becforensics/report"
)

// partBegins finds where the sections and records of a page begin.
var partBegins = regexp.MustCompile(`<(section|article) id="([^"]*)"`)

// Differences compares a page with what it was computed as, section by section
// and record by record.
func Differences(recorded, computed []byte) ([]report.Difference, error) {
	return report.DifferencesByPiece(string(recorded), string(computed), partBegins, func(match []string) string {
		if match[1] == "article" {
			return "record " + match[2]
		}
		return "section " + match[2]
	}), nil
}
