package report

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

type indicatorDoc struct {
	Type    string   `json:"type"`
	Value   string   `json:"value"`
	First   *string  `json:"first"`
	Last    *string  `json:"last"`
	Count   int      `json:"count"`
	Actor   string   `json:"actor"`
	Origins []string `json:"origins"`
}

func writeIndicators(d *jsonWriter, c *Case) {
	list := actor.Indicators.From(c.Conclusion)
	d.list("indicators", len(list), func(k int) {
		i := &list[k]
		d.value(indicatorDoc{i.Type, i.Value, timeText(i.First), timeText(i.Last), i.Count, i.Actor.ID, originTexts(i.Origins)})
	})
}

// Defanged is the value of an indicator in a form that nothing follows, for
// sheets and pages: 192[.]0[.]2[.]1. The exports have the value itself.
func Defanged(i *actor.Indicator) string {
	switch i.Type {
	case analysis.IndicatorIP, analysis.IndicatorNetwork, analysis.IndicatorDomain, analysis.IndicatorAddress, analysis.IndicatorMessageID:
		return strings.NewReplacer(".", "[.]", "@", "[@]", ":", "[:]").Replace(i.Value)
	}
	return i.Value
}

// WriteIndicators writes the indicators of the actors as an indicator file,
// which --indicators reads: type, value, note, and columns of its own after
// them. Values are exact, so that a spreadsheet might take one for a formula:
// the file is for programs.
func WriteIndicators(w io.Writer, c *Case) error {
	out := csv.NewWriter(w)
	// An error stays with the writer, until the end.
	_ = out.Write([]string{"type", "value", "note", "first", "last", "count", "actor", "origins"})
	for _, i := range actor.Indicators.From(c.Conclusion) {
		note := fmt.Sprintf("%s, %s, %s", i.Actor.User, i.Actor.ID, i.Actor.Band)
		_ = out.Write([]string{
			i.Type, i.Value, note, *cmp.Or(timeText(i.First), new(string)), *cmp.Or(timeText(i.Last), new(string)),
			number(i.Count), i.Actor.ID, origins(i.Origins),
		})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write indicators: %w", err)
	}
	return nil
}
