package timeline

import "strings"

// nameApps gives the events that name their application by its id alone the
// name that other records or tables of state have for it, and the acts of an
// application without a user, who is known by an id alone, to the application's
// name. What it fills is marked as inferred.
func (t *Timeline) nameApps() {
	ids, apps := t.Cardinality(ColAppID), &t.cols[ColApp]
	if ids == 1 {
		return
	}
	names := make([]uint32, ids)
	fold := t.Fold(ColAppID)
	for row := range t.n {
		id, name := fold[t.Code(ColAppID, row)], t.Code(ColApp, row)
		if id == 0 || name == 0 || names[id] != 0 {
			continue
		}
		// The directory's own records alone: others may name with an
		// application's id the service that it called.
		if source := t.Source(row).Source; source == "signin" || source == "directoryaudit" {
			names[id] = name
		}
	}
	for i := range t.context {
		c := &t.context[i]
		name := c.Get("displayName")
		if code, ok := t.Find(ColAppID, strings.TrimSpace(c.Get("appId"))); ok && code != 0 && name != "" && names[fold[code]] == 0 {
			names[fold[code]] = apps.dict.add(name)
		}
	}
	for row := range t.n {
		name := names[fold[t.Code(ColAppID, row)]]
		if name == 0 {
			continue
		}
		t.infer(ColApp, row, name)
		if t.Has(row, AppOnly) && t.Has(row, UserByID) {
			t.cols[ColUser].codes.set(row, 0)
			t.infer(ColUser, row, t.cols[ColUser].dict.add(t.Value(ColApp, t.Code(ColApp, row))))
			t.flags.set(row, uint64(t.Flags(row)&^UserByID))
		}
	}
}
