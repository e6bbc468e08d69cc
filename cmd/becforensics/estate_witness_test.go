package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"becforensics/timeline/analysis/analysistest/estate"
)

// A source that tells of acts which another told of already changes no count,
// leaves a row its id, and adds no act. What more it knows, as a device, may
// clear a row. A column of records counts records; how rare a client is turns
// on the days on which a client is named at all; which logons are a person's,
// and travel, the sign-in log alone says; mail between outside domains
// and the tenant may stand in the trace alone.
func TestEstateWitnessChangesNoCount(t *testing.T) {
	changed := map[string]bool{}
	for family, scenarios := range map[string]string{"signins": "slow-spray two-intruders", "entra_audit": "relayed-sign-in consent", "trace": "forward-fraud home-country"} {
		each(t, scenarios, func(t *testing.T, scenario string, seed uint64) {
			_, few := made(t, scenario, estate.Options{Seed: seed, Without: []string{family}})
			_, all := plain(t, scenario, seed)
			for _, f := range few.findings.Findings {
				with := rowsByID(all.of(t, f.Analysis))
				for id, row := range rowsByID(f) {
					other, stays := with[id]
					if !stays {
						if twin(with, row) {
							changed[f.Analysis+" id"] = true
						}
						continue
					}
					for column, text := range row.Cells {
						if f.Analysis == "rare-client" || f.Analysis == "impossible-travel" || column == "Records" || column == "Messages of the other" {
							continue
						}
						if _, err := strconv.ParseFloat(text, 64); err == nil && text != other.Cells[column] {
							changed[f.Analysis+" "+column] = true
						}
					}
				}
			}
			if family == "signins" {
				sameActs(t, few, all)
			}
		})
	}
	for _, what := range slices.Sorted(maps.Keys(changed)) {
		t.Errorf("%s changes with a witness", what)
	}
}

// twin reports whether one of the rows speaks of the same account, mailbox and
// addresses under another id. Which of a user's logons are a program's, with
// which no place is compared, only one source knows.
func twin(rows map[string]findingRow, row findingRow) bool {
	for _, other := range rows {
		if strings.EqualFold(row.User, other.User) && strings.EqualFold(row.Mailbox, other.Mailbox) && slices.Equal(row.IPs, other.IPs) && row.Cells["Other place"] == other.Cells["Other place"] {
			return true
		}
	}
	return false
}

// rowsByID are the accusing rows of a finding.
func rowsByID(f finding) map[string]findingRow {
	rows := map[string]findingRow{}
	for _, r := range f.accusing() {
		rows[r.ID] = r
	}
	return rows
}

// sameActs compares how many acts the actors of each account have that has some
// in both reports, and the messages exposed.
func sameActs(t *testing.T, few, all *estateReport) {
	t.Helper()
	acts := func(r *estateReport) map[string]int {
		n := map[string]int{}
		for _, a := range r.Actors {
			n[strings.ToLower(a.User)] += len(a.Acts)
		}
		return n
	}
	before, after := acts(few), acts(all)
	for _, user := range slices.Sorted(maps.Keys(after)) {
		if n, ok := before[user]; ok && n != after[user] {
			t.Errorf("%s has %d acts, with a witness %d", user, n, after[user])
		}
	}
	if few.Exposure != nil && all.Exposure != nil && len(*few.Exposure) != len(*all.Exposure) {
		t.Errorf("%d messages exposed, with a witness %d", len(*few.Exposure), len(*all.Exposure))
	}
}
