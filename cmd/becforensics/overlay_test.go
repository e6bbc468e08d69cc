package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/timeline/reference"
)

// overlays replace each table that reading asks by one whose only row is the
// examiner's, and say what it must make of a file that the shipped one does
// not.
const overlays = `
-- clients.csv --
pattern,field,match,client,auto_sync,service,legacy,note,source,as_of
Client=Zork,ClientInfoString,contains,ZorkMail,0,0,0,,examiner,2026-11
-- clients.file --
{"CreationTime":"2026-05-04T08:00:00","Operation":"Send","RecordType":2,"UserId":"a@x.example","ClientInfoString":"Client=Zork;"}
-- clients.want --
"client":"ZorkMail"
-- apps_microsoft_first_party.csv --
app_id,name,source,as_of
5f1d0000-0000-4000-8000-000000000001,Zork,examiner,2026-11
-- apps_microsoft_first_party.file --
{"CreationTime":"2026-05-04T08:00:00","Operation":"Send","RecordType":2,"UserId":"a@x.example","ClientAppId":"5f1d0000-0000-4000-8000-000000000001"}
-- apps_microsoft_first_party.want --
"app":"Zork"
-- record_types.csv --
value,name,description,source,as_of
777777,ZorkType,,examiner,2026-11
-- record_types.file --
{"CreationTime":"2026-05-04T08:00:00","Operation":"Send","RecordType":777777,"UserId":"a@x.example"}
-- record_types.want --
"record_type":"ZorkType"
-- entra_error_classes.csv --
code,name,class,outcome,meaning,source,as_of
777777,ZorkError,interrupt,interrupted,,examiner,2026-11
-- entra_error_classes.file --
{"id":"1","createdDateTime":"2026-05-04T08:00:00Z","userPrincipalName":"a@x.example","appId":"a1","ipAddress":"192.0.2.1","status":{"errorCode":777777}}
-- entra_error_classes.want --
"outcome":"interrupted"
-- risk_numbers.csv --
number,word,source,as_of
level 777,high,examiner,2026-11
-- risk_numbers.file --
{"Timestamp":"2026-05-04T08:00:00Z","RequestId":"1","ErrorCode":0,"Application":"Mail","AccountUpn":"a@x.example","IPAddress":"192.0.2.1","RiskLevelDuringSignIn":777}
-- risk_numbers.want --
"severity":"medium"
-- header_aliases.csv --
name,canonical,language,source,as_of
Zorktime,Date (UTC),zork,examiner,2026-11
-- header_aliases.file --
Zorktime,Request ID,Username,Application,IP address,Status
2026-05-04T08:00:00Z,1,a@x.example,Mail,192.0.2.1,Success
-- header_aliases.want --
"operation":"Sign-in"
-- context_tables.csv --
kind,names,owner,key,sentence,source,as_of
zork table,ZorkA;ZorkB,ZorkA,ZorkB,how things zork,examiner,2026-11
-- context_tables.file --
ZorkA,ZorkB
1,2
-- context_tables.want --
"layout": "zork table: how things zork"
-- known_kinds.csv --
kind,names,sentence,source,as_of
zork export,ZorkC;ZorkD,a zork export that says nothing of mail,examiner,2026-11
-- known_kinds.file --
ZorkC,ZorkD
1,2
-- known_kinds.want --
a zork export that says nothing of mail
`

// TestOverlayReachesRecognitionAndDecoders holds that the examiner's table is
// the one that files are recognised and decoded by.
func TestOverlayReachesRecognitionAndDecoders(t *testing.T) {
	parts := map[string]string{}
	for _, f := range txtar.Parse([]byte(overlays)).Files {
		parts[f.Name] = string(f.Data)
	}
	for name, table := range parts {
		base, ok := strings.CutSuffix(name, ".csv")
		if !ok {
			continue
		}
		t.Run(base, func(t *testing.T) {
			file, folder := filepath.Join(t.TempDir(), "export"), t.TempDir()
			write(t, file, parts[base+".file"])
			write(t, filepath.Join(folder, name), table)
			want := strings.TrimSpace(parts[base+".want"])
			if got := readings(t, file); strings.Contains(got, want) {
				t.Errorf("the shipped table gives %s too", want)
			}
			if got := readings(t, file, "--reference", folder); !strings.Contains(got, want) {
				t.Errorf("no %s in\n%s", want, got)
			}
		})
	}
}

// readings is what the program makes of a file: what it is, its events and what
// is found in them.
func readings(t *testing.T, file string, flags ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "timeline.jsonl")
	stdout, stderr, code := command(t, append(append([]string{"inspect", "--json"}, flags...), file)...)
	if code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if _, stderr, code := command(t, append(append([]string{"timeline", "-o", out}, flags...), file)...); code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return stdout + string(text) + findingsOf(t, append(flags, file)...)
}

// findingsOf is the findings as data.
func findingsOf(t *testing.T, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "findings.json")
	if _, stderr, code := command(t, append([]string{"analyze", "--json", out}, args...)...); code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// unseen are the tables on which no finding of the evidence below rests, so
// that a run cannot show that they were replaced.
var unseen = map[string]string{
	reference.AppsFOCI:        "no sign-in of these clients",
	reference.AppsPhoneMail:   "no consent to a phone's mail program",
	reference.AppsAbused:      "no consent to a known application",
	reference.DisposableMail:  "no mail from such a domain",
	reference.FreeMail:        "no reply to a free mailbox",
	reference.MailboxFolders:  "no folder that an actor's client copied",
	reference.DomainSuffixes:  "no domain below a suffix of two labels",
	reference.ImitatedNames:   "no account named like a role",
	reference.ObjectColumns:   "no object spread over columns without numbers",
	reference.RotaTerms:       "no rule that sends a rota on",
	reference.SuppressTerms:   "no rule that hides warnings",
	reference.SigmaFields:     "asked for the examiner's rules only",
	reference.SigmaSources:    "asked for the examiner's rules only",
	reference.TimeZones:       "no browser that states its zone",
	reference.TransportParams: "no change of a transport rule",
	reference.ExpectedAgents:  "no analysis reads it yet",
	reference.LureHosts:       "no analysis reads it yet",
}

// shownByReading says whether the test of recognition and decoders has a table.
func shownByReading(table string) bool { return strings.Contains(overlays, "-- "+table+".csv --") }

// TestOverlayReachesTheAnalyses holds that a table that the examiner emptied
// changes the findings.
func TestOverlayReachesTheAnalyses(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses one set of evidence for each table")
	}
	evidence := filepath.Join(t.TempDir(), "evidence")
	cases, err := filepath.Glob("../../ingest/*/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range cases {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if f.Name != "want" {
				write(t, filepath.Join(evidence, filepath.Base(filepath.Dir(filepath.Dir(path)))+"-"+filepath.Base(path), f.Name), string(f.Data))
			}
		}
	}
	findings := func(flags ...string) string {
		return findingsOf(t, append(flags, evidence, "../../testdata/cases/harbour-2018/evidence")...)
	}
	shipped := findings()
	for _, name := range reference.Default().Names() {
		if shownByReading(name) {
			continue
		}
		text, err := os.ReadFile("../../timeline/reference/data/" + name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		header, _, _ := strings.Cut(string(text), "\n")
		folder := t.TempDir()
		write(t, filepath.Join(folder, name+".csv"), header+"\n")
		_, excepted := unseen[name]
		if changed := findings("--reference", folder) != shipped; changed == excepted {
			t.Errorf("%s: emptied by the examiner, findings change is %v", name, changed)
		}
	}
}
