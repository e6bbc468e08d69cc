package picture

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"becforensics/geo"
)

var (
	day     = time.Date(2026, 7, 13, 13, 38, 0, 0, time.UTC)
	hostile = "</title><script>alert(1)</script>\x1b[31m\u202e\xff\"'&"
)

// pictures are one of each kind, with hostile text wherever a text may stand.
func pictures() map[string]string {
	marks := []Mark{
		{At: day, Shape: Circle, Title: hostile, Href: "#r-E001-1"},
		{At: day.Add(time.Minute), Shape: Star, Title: "a mail sent", Hollow: true},
	}
	point := geo.Point{Lon: 4.9, Lat: 52.4}
	return map[string]string{
		"lanes":    Lanes{ID: "a", Title: hostile, Desc: hostile, Lanes: []Lane{{Name: hostile, Note: hostile, Marks: marks}}, Most: 500, Keys: []Key{{Circle, false, hostile}}}.SVG(),
		"links":    Links{ID: "b", Title: hostile, Desc: hostile, Nodes: []string{hostile, "two"}, Links: []Link{{[]int{0, 1}, false, 1, hostile}, {[]int{1}, true, 3, hostile}}}.SVG(),
		"calendar": Calendar{ID: "c", Title: hostile, Desc: hostile, Rows: []CalendarRow{{hostile, []Span{{day, day.Add(time.Hour), Proved, 3}}}}}.SVG(),
		"strip":    Strip{ID: "d", Title: hostile, Desc: hostile, From: day, To: day.Add(time.Hour), Steps: []Step{{At: day, What: hostile, Verdict: Survived, Note: hostile, After: []time.Time{day.Add(time.Minute)}}}}.SVG(),
		"world":    World{ID: "e", Title: hostile, Desc: hostile, Spots: []Spot{{point, Diamond, hostile, hostile}}}.SVG(),
	}
}

// What a picture shows of the evidence stays text, and a picture says what it
// is to who cannot see it.
func TestTextStaysText(t *testing.T) {
	for name, svg := range pictures() {
		elements := map[string]int{}
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			e, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			elements[e.Name.Local]++
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#") {
					t.Errorf("%s: attribute %s=%q", name, a.Name.Local, a.Value)
				}
			}
		}
		if elements["script"] > 0 || elements["title"] == 0 || elements["desc"] != 1 {
			t.Errorf("%s: elements %v", name, elements)
		}
		for _, bad := range []string{"\x1b", "\u202e", "\xff", "url("} {
			if strings.Contains(svg, bad) {
				t.Errorf("%s holds %q", name, bad)
			}
		}
	}
}

func TestTheSameValuesGiveTheSameBytes(t *testing.T) {
	first := pictures()
	for name, svg := range pictures() {
		if svg != first[name] {
			t.Errorf("%s differs from run to run", name)
		}
	}
}

// Every act is a mark until there are too many of them; then a lane has a mark
// a day, which says how many it stands for.
func TestFullLanesCollapseToDays(t *testing.T) {
	var busy []Mark
	for i := range 501 {
		busy = append(busy, Mark{At: day.Add(time.Duration(i) * time.Hour), Shape: Square, Title: "opened", Href: "#r"})
	}
	quiet := []Mark{{At: day, Shape: Circle, Title: "logon", Href: "#r"}}
	links := func(marks []Mark) int {
		return strings.Count(Lanes{Lanes: []Lane{{Name: "busy", Marks: marks}, {Name: "quiet", Marks: quiet}}, Most: 500}.SVG(), "<a ")
	}
	if got := links(busy[:499]); got != 500 {
		t.Errorf("%d marks of 500 acts", got)
	}
	if got := links(busy); got != 22+1 {
		t.Errorf("%d marks of 501 acts on 22 days and one in another lane", got)
	}
	svg := Lanes{Lanes: []Lane{{Name: "busy", Marks: busy}}, Most: 500}.SVG()
	if !strings.Contains(svg, "24 acts on 2026-07-14") || !strings.Contains(svg, "a mark a day") {
		t.Error("collapsed marks don't say what they stand for")
	}
}

// No mark of a lane covers another, however many there are.
func TestMarksStandApart(t *testing.T) {
	for _, n := range []int{2, 40, 167, 500} {
		var marks []Mark
		for i := range n {
			marks = append(marks, Mark{At: day.Add(time.Duration(i) * time.Second), Shape: Square, Title: "opened"})
		}
		svg := Lanes{Lanes: []Lane{{Name: "mailbox", Marks: marks}}, Most: 500}.SVG()
		at := regexp.MustCompile(`class="s2" d="M([0-9.]+ [0-9.]+)m`).FindAllStringSubmatch(svg, -1)
		if len(at) != n {
			t.Fatalf("%d of %d marks", len(at), n)
		}
		seen := map[string]bool{}
		for _, m := range at {
			if seen[m[1]] {
				t.Errorf("%d marks: two at %s", n, m[1])
			}
			seen[m[1]] = true
		}
	}
}

func TestCalendarTakesWiderColumnsForLongerTimes(t *testing.T) {
	for _, c := range []struct {
		days int
		unit string
	}{{1, "day"}, {60, "day"}, {100, "week"}, {800, "month"}, {9000, "year"}, {90000, "year"}} {
		k := Calendar{Rows: []CalendarRow{{"m", []Span{{day, day.AddDate(0, 0, c.days), Presumed, 0}}}}}
		if starts, unit := k.columns(); unit != c.unit || len(starts) > mostColumns {
			t.Errorf("%d days: %d columns, each a %s", c.days, len(starts), unit)
		}
	}
	if svg := (Calendar{Rows: []CalendarRow{{Name: "m"}}}).SVG(); svg != "" {
		t.Errorf("a calendar without a time: %s", svg)
	}
}

// Each state of a day is shown, and a day without any is empty.
func TestCalendarShowsEachState(t *testing.T) {
	row := CalendarRow{"m", []Span{{day, day.Add(time.Hour), Proved, 2}, {day, day.AddDate(0, 0, 1), Blind, 0}}}
	start := startOf(day, "day")
	for i, want := range [][]State{{Proved, Blind}, {Blind}, nil} {
		var got []State
		for state := range words {
			if _, ok := row.between(start.AddDate(0, 0, i), start.AddDate(0, 0, i+1), State(state)); ok {
				got = append(got, State(state))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("day %d: states %v, want %v", i, got, want)
		}
	}
}

// No date of a picture covers another, and the first one always stands there.
func TestDatesStandApart(t *testing.T) {
	for _, apart := range []float64{2, 12, 20, 40, 90} {
		var stops []stop
		for i := range 24 {
			stops = append(stops, stop{x: 240 + apart*float64(i), at: day.AddDate(0, i, 0)})
		}
		if n := placeStops(stops); n > mostTiers || stops[0].date == "" {
			t.Errorf("%g apart: %d lines, the first date is %q", apart, n, stops[0].date)
		}
		last := map[int]stop{}
		for _, s := range stops {
			if s.date == "" {
				continue
			}
			room := dateRoom
			if len(last) > 0 && len(last[s.tier].date) == len(time.DateOnly) {
				room = yearRoom
			}
			if before, ok := last[s.tier]; ok && s.left-before.left < room {
				t.Errorf("%g apart: %s at %g, after %s at %g", apart, s.date, s.left, before.date, before.left)
			}
			last[s.tier] = s
		}
	}
}

// Every sentence of a link is whole in the picture.
func TestSentencesAreWhole(t *testing.T) {
	long := "certain: " + strings.TrimSpace(strings.Repeat("one session, named by the sign-in and by the audit log, ", 6))
	nodes := make([]string, 24)
	for i := range nodes {
		nodes[i] = "somebody@somewhere.example, 192.0.2.1"
	}
	svg := Links{Nodes: nodes, Links: []Link{{[]int{0, 23}, false, 1, long}, {[]int{1, 2}, true, 2, long}}}.SVG()
	var words []string
	for _, m := range regexp.MustCompile(`<text[^>]*>([^<]*)</text>`).FindAllStringSubmatch(svg, -1) {
		words = append(words, m[1])
	}
	for _, want := range []string{"1 with 24, " + long, "within 2, 3, " + long} {
		if !strings.Contains(strings.Join(words, " "), want) {
			t.Errorf("the picture lacks %q: %q", want, words)
		}
	}
}

// The outline of the land never jumps from one end of the map to the other.
func TestLandDoesNotCrossTheMap(t *testing.T) {
	for _, m := range regexp.MustCompile(`l(-?[0-9]+) `).FindAllStringSubmatch(land(), -1) {
		if dx, err := strconv.Atoi(m[1]); err != nil || dx > width/4 || dx < -width/4 {
			t.Errorf("a line of the outline goes %s units to the side", m[1])
		}
	}
}

func TestLandLiesOnTheMap(t *testing.T) {
	path := land()
	if len(path) > 40_000 || !strings.HasPrefix(path, "M") || !strings.HasSuffix(path, "z") {
		t.Errorf("%d bytes: %.40s", len(path), path)
	}
	if x, y := onMap(geo.Point{Lon: 0, Lat: 84}); x != width/2 || y != 0 {
		t.Errorf("the meridian lies at %g, %g", x, y)
	}
}
