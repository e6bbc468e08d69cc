package timeline

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/geo"
)

// A told is a record of a case of witnesses, with the act that it tells of.
type told struct {
	act, source string
	event       Event
}

// toldOf reads a record: act, source, time, operation and columns.
func toldOf(t *testing.T, line string) told {
	t.Helper()
	words := strings.Fields(line)
	if len(words) < 4 {
		t.Fatalf("no act, source, time and operation: %s", line)
	}
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "_", " ")
	}
	r := told{act: words[0], source: words[1]}
	if words[2] != "-" {
		at, err := time.Parse("2006-01-02 15:04:05", "2026-03-02 "+words[2])
		if err != nil {
			t.Fatal(err)
		}
		r.event.SetTime(at)
	}
	r.event.Set(ColOperation, words[3])
	for _, w := range words[4:] {
		name, value, _ := strings.Cut(w, "=")
		name = strings.ReplaceAll(name, " ", "_")
		switch name {
		case "id":
			r.event.ID = value
		case "outcome":
			for o, text := range outcomeNames {
				if text == strings.ReplaceAll(value, " ", "_") {
					r.event.Outcome = Outcome(o)
				}
			}
		default:
			f, ok := FieldFor(name)
			if !ok || !f.Code {
				t.Fatalf("no column %q: %s", name, line)
			}
			r.event.Set(f.Col, value)
		}
	}
	return r
}

// sealTold makes a timeline of records, a file a source.
func sealTold(t testing.TB, records []told, sources []string, memory int64) *Timeline {
	t.Helper()
	b := NewBuilderIn(Storage{Memory: memory, Dir: t.TempDir()})
	for i, source := range sources {
		b.Begin(&Source{Evidence: uint32(i + 1), Name: source, Source: source})
		batch := NewBatch()
		for _, r := range records {
			if r.source == source {
				e := r.event
				batch.Event(&e, 0, 1)
			}
		}
		if err := b.Add(batch); err != nil {
			t.Fatal(err)
		}
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := b.Seal(Sealing{Geo: db})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tl.Close() })
	return tl
}

// acts are the acts of a timeline: the records of each as source and number,
// with ! if they tell it differently.
func acts(tl *Timeline, sources []string) []string {
	var list []string
	for row := range tl.Len() {
		if !tl.IsAct(row) {
			continue
		}
		var names []string
		for _, w := range tl.Act(row).Rows {
			o := tl.Origin(w)
			name := fmt.Sprint(sources[o.Evidence-1], o.Record)
			if tl.Has(w, WitnessDiffers) {
				name += "!"
			}
			names = append(names, name)
		}
		slices.Sort(names)
		list = append(list, strings.Join(names, " "))
	}
	slices.Sort(list)
	return list
}

func TestWitnesses(t *testing.T) {
	text, err := os.ReadFile("testdata/witnesses.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse(text).Files {
		t.Run(f.Name, func(t *testing.T) {
			var records []told
			var sources []string
			byAct, number := map[string][]string{}, map[string]int{}
			for line := range strings.Lines(string(f.Data)) {
				if strings.TrimSpace(line) == "" {
					continue
				}
				r := toldOf(t, line)
				records = append(records, r)
				if !slices.Contains(sources, r.source) {
					sources = append(sources, r.source)
				}
				number[r.source]++
				name := fmt.Sprint(r.source, number[r.source])
				if strings.HasSuffix(r.act, "!") {
					name += "!"
				}
				byAct[r.act] = append(byAct[r.act], name)
			}
			var want []string
			for _, names := range byAct {
				slices.Sort(names)
				want = append(want, strings.Join(names, " "))
			}
			slices.Sort(want)
			for range 2 {
				tl := sealTold(t, records, sources, 0)
				if got := acts(tl, sources); !slices.Equal(got, want) {
					t.Errorf("files in the order %v:\ngot  %q\nwant %q", sources, got, want)
				}
				for row := range tl.Len() {
					first := tl.SameAs(row)
					if rows := tl.Act(row).Rows; first != rows[0] || !slices.Contains(rows, row) || !slices.IsSorted(rows) {
						t.Errorf("row %d: first %d, act %v", row, first, rows)
					}
					f, _ := FieldFor("same_as")
					if cell := tl.cell(f, row); first == row && cell != "" || first != row && cell != tl.Origin(first).String() {
						t.Errorf("row %d: same_as is %q, its first row %d", row, cell, first)
					}
				}
				slices.Reverse(sources)
			}
		})
	}
}

func TestActOutcome(t *testing.T) {
	at := "08:00:00 UserLoggedIn id=r1 user=ann@corp.example outcome="
	tl := sealTold(t, []told{toldOf(t, "A auditlog "+at+"success"), toldOf(t, "A signin "+strings.Replace(at, "UserLoggedIn", "Sign-in", 1)+"password_proved")}, []string{"auditlog", "signin"}, 0)
	if a := tl.Act(1); a.Outcome != PasswordProved || len(a.Rows) != 2 {
		t.Errorf("act %v", a)
	}
	if tl.Outcome(0) != Success || tl.Outcome(1) != PasswordProved {
		t.Error("a record lost its own outcome")
	}
}

// The first record of an act has what only another one tells, marked as
// inferred; what it states itself stays, and so does all of a mail's.
func TestActIsComplete(t *testing.T) {
	tl := sealTold(t, []told{
		toldOf(t, "A auditlog 08:00:00 UserLoggedIn id=r1 user=ann@corp.example ip=192.0.2.1"),
		toldOf(t, "A signin 08:00:01 Sign-in id=r1 user=ann@corp.example ip=192.0.2.2 device=laptop"),
		toldOf(t, "B auditlog 09:00:00 Send user=ann@corp.example mailbox=ann@corp.example message_id=<1@corp.example>"),
		toldOf(t, "B messagetrace 09:00:02 MessageTrace sender=ann@corp.example message_id=<1@corp.example> ip=192.0.2.9"),
	}, []string{"auditlog", "signin", "messagetrace"}, 0)
	if got := tl.Text(ColDevice, 0); got != "laptop" || !tl.Inferred(ColDevice, 0) {
		t.Errorf("device %q, inferred %v", got, tl.Inferred(ColDevice, 0))
	}
	if got := tl.Text(ColIP, 0); got != "192.0.2.1" || tl.Inferred(ColIP, 0) {
		t.Errorf("the record's own address became %q", got)
	}
	if got := tl.Text(ColOperation, 0); got != "UserLoggedIn" {
		t.Errorf("the record's own operation became %q", got)
	}
	if got := tl.Text(ColIP, 2); got != "" {
		t.Errorf("a mail was sent from the address of a server, %s", got)
	}
}

// Witnesses adds to records those that tell of the same acts.
func TestWitnessesOfRecords(t *testing.T) {
	tl := sealTold(t, []told{
		toldOf(t, "A auditlog 08:00:00 UserLoggedIn id=r1 user=ann@corp.example"),
		toldOf(t, "A signin 08:00:01 Sign-in id=r1 user=ann@corp.example"),
		toldOf(t, "B auditlog 09:00:00 UserLoggedIn id=r2 user=ann@corp.example"),
	}, []string{"auditlog", "signin"}, 0)
	audit, signIn, alone := Origin{1, 1}, Origin{2, 1}, Origin{1, 2}
	for _, c := range []struct{ records, want []Origin }{
		{[]Origin{signIn}, []Origin{audit, signIn}},
		{[]Origin{audit, alone}, []Origin{audit, alone, signIn}},
		{[]Origin{alone}, []Origin{alone}},
	} {
		if got := tl.Witnesses(c.records); !slices.Equal(got, c.want) {
			t.Errorf("witnesses of %v are %v, want %v", c.records, got, c.want)
		}
	}
}

// TestWitnessRules holds that no rule can join records of two users.
func TestWitnessRules(t *testing.T) {
	for _, rule := range witnessRules {
		if rule.why == "" || rule.seconds == 0 || len(rule.tellers) < 2 {
			t.Errorf("%s: no reason, no seconds or one teller only", rule.act)
		}
		for _, teller := range rule.tellers {
			user := teller.keys[0] == ColUser
			mail := teller.keys[0] == ColMessageID && slices.Contains([]Col{ColMailbox, ColSender, ColRecipients}, teller.keys[1])
			if !user && !mail || len(teller.keys) != len(rule.tellers[0].keys) {
				t.Errorf("%s: keys of %s are %v", rule.act, teller.source, teller.keys)
			}
		}
	}
}

// manyTold are records with one key, half of them of each of two sources.
func manyTold(n int, spread time.Duration) []told {
	records := make([]told, n)
	for i := range records {
		r := &records[i]
		r.source = [...]string{"auditlog", "signin"}[i%2]
		r.event.SetTime(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).Add(time.Duration(i/2) * spread))
		for c, v := range map[Col]string{ColUser: "ann@corp.example", ColSession: "s", ColIP: "192.0.2.1", ColAppID: "owa", ColOperation: [...]string{"UserLoggedIn", "Sign-in"}[i%2]} {
			r.event.Set(c, v)
		}
	}
	return records
}

// TestManyWitnesses holds that hostile records with one key are joined in
// linear time, at any budget of memory alike.
func TestManyWitnesses(t *testing.T) {
	const n = 100_000
	for name, spread := range map[string]time.Duration{"at once": 0, "within seconds": time.Microsecond, "one by one": time.Minute} {
		records := manyTold(n, spread)
		began := time.Now()
		var first []string
		for _, memory := range []int64{UnlimitedMemory, 1} {
			tl := sealTold(t, records, []string{"auditlog", "signin"}, memory)
			got := acts(tl, []string{"a", "s"})
			if first == nil {
				first = got
			}
			if !slices.Equal(first, got) {
				t.Errorf("%s: the budget of memory changes the acts", name)
			}
		}
		if spread == time.Minute && len(first) != n/2 {
			t.Errorf("%s: %d acts of %d records of two sources", name, len(first), n)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func BenchmarkSealWitnesses(b *testing.B) {
	records := manyTold(benchEvents, time.Minute)
	for i := range records {
		records[i].event.Set(ColUser, fmt.Sprintf("user%d@corp.example", i/2*2654435761%1000))
		records[i].event.Set(ColSession, fmt.Sprintf("s%d", i/200))
		records[i].event.ID = fmt.Sprint(i)
	}
	s := benchSealing(b)
	for b.Loop() {
		b.StopTimer()
		builder := NewBuilder()
		for e, source := range []string{"auditlog", "signin"} {
			builder.Begin(&Source{Evidence: uint32(e + 1), Name: source, Source: source})
			for i := e; i < len(records); {
				batch := NewBatch()
				for ; i < len(records) && batch.Records() < 1000; i += 2 {
					ev := records[i].event
					batch.Event(&ev, 0, 1)
				}
				if err := builder.Add(batch); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.StartTimer()
		if _, err := builder.Seal(s); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, benchEvents)
}
