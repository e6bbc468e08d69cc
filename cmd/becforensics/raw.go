package main

import (
	"context"
	"slices"

	"becforensics/ingest"
	"becforensics/report/html"
	"becforensics/timeline"
)

// records reads records again, each file once, as they lie in the evidence.
func (s *session) records(ctx context.Context) func([]timeline.Origin) (map[timeline.Origin]html.Record, error) {
	return func(origins []timeline.Origin) (map[timeline.Origin]html.Record, error) {
		numbers := map[uint32][]int{}
		for _, o := range origins {
			numbers[o.Evidence] = append(numbers[o.Evidence], int(o.Record))
		}
		records := map[timeline.Origin]html.Record{}
		for _, item := range s.set.Items() {
			wanted := numbers[item.Number()]
			if len(wanted) == 0 {
				continue
			}
			slices.Sort(wanted)
			err := ingest.RawRecords(ctx, item, sources, s.options, wanted, func(n int, raw []byte, offset int64) {
				records[timeline.Origin{Evidence: item.Number(), Record: uint32(n)}] = html.NewRecord(raw, offset)
			})
			if err != nil {
				return nil, err
			}
		}
		return records, nil
	}
}
