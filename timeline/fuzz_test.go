package timeline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/parquet-go/parquet-go"

	"becforensics/geo"
)

// FuzzThereAndBack builds timelines of random events in random batches and
// files, within any budget, and reads back what they hold and what they write:
// all of it is what was put in, in the total order.
func FuzzThereAndBack(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(seed, uint16(300*seed), "text")
	}
	f.Add(uint64(9), uint16(40), "\xff\"\r\n\x00=\u202e")
	db, err := geo.Open(nil, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, text string) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := NewBuilderIn(Storage{Dir: t.TempDir()})
		b.store.budget = []int64{UnlimitedMemory, DefaultMemory, 1 << 12}[seed%3] // below what the examiner can ask for
		var want []map[string]string
		var times []int64
		batch, records := NewBatch(), uint32(0)
		evidence := uint32(0)
		flush := func() {
			if err := b.Add(batch); err != nil {
				t.Fatal(err)
			}
			batch.Reset()
		}
		for i := range int(n % 2000) {
			if i == 0 || r.IntN(200) == 0 {
				if i > 0 {
					flush()
				}
				evidence++
				records = 0
				b.Begin(&Source{Evidence: evidence, Name: "a.csv", Source: []string{"auditlog", "signin"}[evidence%2], TimeDesc: "Event Time"})
			}
			ev, cells := randomEvent(r, text)
			batch.Event(&ev, int64(i), 1)
			records++
			cells["origin"] = Origin{evidence, records}.String()
			cells["source"], cells["timestamp_desc"] = b.current.Source, b.current.TimeDesc
			want, times = append(want, cells), append(times, timeOf(&ev))
			if r.IntN(50) == 0 {
				flush()
			}
		}
		if len(want) == 0 {
			return
		}
		flush()
		tl, err := b.Seal(Sealing{Geo: db, Canonical: bytes.Clone})
		if err != nil {
			t.Fatal(err)
		}
		defer tl.Close()
		order := make([]int, len(want))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(times[i], times[j]) })
		same(t, "timeline", cellsKept(tl), order, want)
		same(t, "arrow", arrowBack(t, tl), order, want)
		same(t, "parquet", parquetBack(t, tl), order, want)
	})
}

func timeOf(e *Event) int64 {
	if !e.HasTime {
		return noTime
	}
	return e.Time
}

// randomEvent is an event and what its cells are to be. Addresses and what
// joins records are left out: they are not kept as they are given.
func randomEvent(r *rand.Rand, text string) (Event, map[string]string) {
	var e Event
	cells := map[string]string{}
	word := func() string {
		switch r.IntN(4) {
		case 0:
			return text
		case 1:
			return fmt.Sprint(r.IntN(5))
		case 2:
			return strings.Repeat(text+"x", r.IntN(300))
		}
		return fmt.Sprint(r.Uint64())
	}
	if r.IntN(9) > 0 {
		e.SetTime(time.Unix(1_500_000_000+int64(r.IntN(1000)), int64(r.IntN(3))*100).UTC())
		cells["datetime"] = FormatTime(e.Time)
	} else {
		cells["flags"] = "no_time"
	}
	for _, f := range Schema {
		if !f.Code || f.Numeric() || r.IntN(3) > 0 || slices.Contains([]Col{ColIP, ColIPChain, ColItemID, ColMessageID, ColToken, ColAppID}, f.Col) {
			continue
		}
		e.Set(f.Col, word())
		if s := valid(e.Cols[f.Col]); s != "" {
			cells[f.Name] = s
		}
	}
	e.Outcome = Outcome(r.IntN(len(outcomeNames)))
	cells["outcome"] = e.Outcome.String()
	for range max(0, r.IntN(5)-2) {
		e.Messages = append(e.Messages, Message{word(), word(), word(), word(), r.Int64()})
	}
	if len(e.Messages) > 0 {
		cells["messages"] = messagesJSON(e.Messages)
	}
	if r.IntN(2) == 0 {
		e.Details = word()
		if s := valid(e.Details); s != "" {
			cells["details"] = s
		}
	}
	return e, cells
}

func same(t *testing.T, what string, got []map[string]string, order []int, want []map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for row, i := range order {
		for _, f := range Schema {
			if f.Name == "message" {
				continue
			}
			if got[row][f.Name] != want[i][f.Name] {
				t.Fatalf("%s: row %d: %s is %.200q, want %.200q", what, row, f.Name, got[row][f.Name], want[i][f.Name])
			}
		}
	}
}

func cellsKept(tl *Timeline) []map[string]string {
	rows := make([]map[string]string, tl.Len())
	for row := range rows {
		rows[row] = map[string]string{}
		for _, f := range Schema {
			rows[row][f.Name] = valid(tl.cell(f, row))
		}
	}
	return rows
}

func arrowBack(t *testing.T, tl *Timeline) []map[string]string {
	r := arrowReader(t, tl)
	var rows []map[string]string
	for k := range r.NumRecords() {
		rec, err := r.Record(k)
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(rec.NumRows()) {
			row := map[string]string{}
			for c, f := range rec.Schema().Fields() {
				if a := rec.Column(c); !a.IsNull(i) {
					row[f.Name] = arrowText(a, i)
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func arrowText(a arrow.Array, i int) string {
	switch a := a.(type) {
	case *array.Dictionary:
		return a.Dictionary().(*array.String).Value(a.GetValueIndex(i))
	case *array.Timestamp:
		return FormatTime(int64(a.Value(i)))
	case *array.List:
		from, to := a.ValueOffsets(i)
		item := a.ListValues().(*array.Struct)
		var list []Message
		for k := from; k < to; k++ {
			text := func(field int) string {
				s := item.Field(field).(*array.String)
				if s.IsNull(int(k)) {
					return ""
				}
				return s.Value(int(k))
			}
			list = append(list, Message{text(0), text(1), text(2), text(3), item.Field(4).(*array.Int64).Value(int(k))})
		}
		return messagesJSON(list)
	}
	return a.ValueStr(i)
}

func parquetBack(t *testing.T, tl *Timeline) []map[string]string {
	var b bytes.Buffer
	if err := tl.WriteParquet(&b, allRows(tl), Schema); err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	in := parquet.NewGenericReader[any](file)
	defer in.Close()
	buffer := make([]parquet.Row, 64)
	for {
		n, err := in.ReadRows(buffer)
		for _, values := range buffer[:n] {
			row := map[string]string{}
			lists := map[string][]string{}
			for _, v := range values {
				path := file.Schema().Columns()[v.Column()]
				switch name := path[len(path)-1]; {
				case path[0] == "messages":
					if v.DefinitionLevel() >= 2 {
						lists[name] = append(lists[name], v.String())
						if v.IsNull() {
							lists[name][len(lists[name])-1] = ""
						}
					}
				case !v.IsNull() && name != "datetime":
					row[name] = string(v.ByteArray())
					if v.Kind() == parquet.Int64 {
						row[name] = strconv.FormatInt(v.Int64(), 10)
					}
				}
			}
			row["datetime"] = row[exactField.Name]
			var list []Message
			for i := range lists["size"] {
				var size int64
				if err := json.Unmarshal([]byte(lists["size"][i]), &size); err != nil {
					t.Fatal(err)
				}
				list = append(list, Message{lists["message_id"][i], lists["item_id"][i], lists["folder"][i], lists["subject"][i], size})
			}
			row["messages"] = messagesJSON(list)
			rows = append(rows, row)
		}
		if err != nil {
			return rows
		}
	}
}
