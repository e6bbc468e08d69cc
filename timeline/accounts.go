package timeline

import "strings"

// An accountBook tells which user an account id stands for, as records say
// that name both. Of several names of one id the first counts.
type accountBook map[string]string

// see notes that an id stands for a user, if the user is named.
func (a accountBook) see(id, user string) {
	if _, ok := a[id]; !ok && strings.Contains(user, "@") {
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

// nameAccounts gives the events whose user is only an id the name that other
// records have for it, and marks the cell as inferred.
func (t *Timeline) nameAccounts(accounts accountBook) {
	if len(accounts) == 0 {
		return
	}
	users := &t.cols[ColUser]
	for row := range t.n {
		if !t.Has(row, UserByID) {
			continue
		}
		if user, ok := users.dict.code(accounts[t.Text(ColUser, row)]); ok && user != 0 {
			users.codes.set(row, 0)
			t.infer(ColUser, row, user)
			t.flags.set(row, uint64(t.Flags(row)&^UserByID))
		}
	}
}
