package timeline

import "strings"

// An accountBook tells which user an account id stands for, as records say
// that name both. Of several names of one id the first counts. Ids are in lower
// case: sources differ in it.
type accountBook map[string]string

// see notes that an id stands for a user, if the user is named.
func (a accountBook) see(id, user string) {
	if !strings.Contains(user, "@") || strings.Contains(id, "@") {
		return
	}
	id = strings.ToLower(id)
	if _, ok := a[id]; !ok && id != "" {
		a[strings.Clone(id)] = strings.Clone(user)
	}
}

// batchAccounts are what a batch says of accounts: of each id, by its code, the
// code of the first user who is named for it, 0 if nobody is.
type batchAccounts struct {
	ids   *dict
	users []uint32
}

// see notes that an id stands for the user with a code, if the user is named.
func (a *batchAccounts) see(id, user string, code uint32) {
	k := int(a.ids.add(id))
	for len(a.users) <= k {
		a.users = append(a.users, 0)
	}
	if a.users[k] == 0 && strings.Contains(user, "@") {
		a.users[k] = code
	}
}

func (a *batchAccounts) reset() {
	if len(a.users) > 0 {
		a.ids.reset()
		a.users = a.users[:0]
	}
}

// readContext takes in the tables of accounts.
func (a accountBook) readContext(rows []Context) {
	for i := range rows {
		if user := rows[i].Get("userPrincipalName"); user != "" {
			for _, name := range [...]string{"id", "objectId", "userId"} {
				a.see(rows[i].Get(name), user)
			}
		}
	}
}

// nameAccounts gives the events whose user or mailbox is only an id the name
// that other records have for it, and marks the cell as inferred.
func (t *Timeline) nameAccounts(accounts accountBook) {
	if len(accounts) == 0 {
		return
	}
	for _, c := range [...]Col{ColUser, ColMailbox} {
		names := t.namesOf(c, accounts)
		if names == nil {
			continue
		}
		for row := range t.n {
			if name := names[t.Code(c, row)]; name != 0 {
				t.cols[c].codes.set(row, 0)
				t.infer(c, row, name)
				if c == ColUser {
					t.flags.set(row, uint64(t.Flags(row)&^UserByID))
				}
			}
		}
	}
}

// namesOf are the names of a column's codes that are ids, as codes of the same
// column; 0 where a code is not an id with a name, nil if all are 0.
func (t *Timeline) namesOf(c Col, accounts accountBook) []uint32 {
	var names []uint32
	d := t.cols[c].dict
	known := d.len()
	for code := 1; code < known; code++ {
		name := accounts[strings.ToLower(d.value(uint32(code)))]
		if name == "" {
			continue
		}
		if names == nil {
			names = make([]uint32, known)
		}
		names[code] = d.add(name)
	}
	return names
}
