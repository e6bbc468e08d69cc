package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/timeline/reference"
)

// headSize is how much of a file detection sees.
const headSize = 64 << 10

// TestEveryFixtureIsClaimedByOneLayout holds that no two layouts of any two
// sources are sure of the same file, and that one is.
func TestEveryFixtureIsClaimedByOneLayout(t *testing.T) {
	paths, err := filepath.Glob("../../ingest/*/testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases of sources: %v", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if f.Name == "want" {
				continue
			}
			claims := ingest.Claims(sources, ingest.NewHead(f.Name, f.Data[:min(len(f.Data), headSize)]), &ingest.Options{Reference: reference.Default()})
			strong := 0
			for _, m := range claims {
				if m == ingest.Strong {
					strong++
				}
			}
			if strong != 1 {
				t.Errorf("%s in %s: %d sure claims of %v", f.Name, filepath.Base(path), strong, claims)
			}
		}
	}
}

// TestWrongKindsAreNamed holds that what is brought in place of an export is
// refused by every source and called what it is.
func TestWrongKindsAreNamed(t *testing.T) {
	for name, kind := range map[string]struct{ content, want string }{
		"azure.json":      {`[{"resourceId":"/subscriptions/s","operationName":"Microsoft.Compute/write","category":"Administrative","caller":"a@example.com","eventTimestamp":"2026-05-04T08:00:00Z"}]`, "an Azure activity log"},
		"azure.csv":       {"TimeGenerated [UTC],OperationNameValue,ActivityStatusValue,CallerIpAddress,Caller\n\"5/4/2026, 8:00:00.000 AM\",MICROSOFT.COMPUTE/WRITE,Success,192.0.2.1,a@example.com\n", "an Azure activity log"},
		"alerts.csv":      {"TimeGenerated [UTC],DisplayName,AlertName,AlertSeverity,Description,ExtendedProperties\n\"5/4/2026, 8:00:00.000 AM\",x,x,High,y,{}\n", "security alerts"},
		"listing.json":    {`[{"contentType":"Audit.Exchange","contentId":"c","contentUri":"https://manage.office.com/api/v1.0/t/activity/feed/audit/c","contentCreated":"2026-05-04T08:00:00Z","contentExpiration":"2026-05-11T08:00:00Z"}]`, "a listing"},
		"empty.csv":       {"", "empty"},
		"blank.json":      {" \r\n", "empty"},
		"unknown.bin":     {"\x7fELF\x00\x00\x01", "a binary file"},
		"types.xml":       {`<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>`, "xlsx"},
		"letter.pdf":      {"%PDF-1.7\n", "PDF"},
		"workbook.xls":    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "an OLE compound file"},
		"mailbox.pst":     {"!BDN\x00\x00\x00\x00SM\x17\x00", "an Outlook data file (.pst): not read; export the messages as .eml, .msg or mbox"},
		"mailbox.ost":     {"!BDN\x00\x00\x00\x00SO\x24\x00", "(.ost): not read; export the messages as .eml, .msg or mbox"},
		"places.mmdb":     {"\x00\x01\x02\x00\xab\xcd\xefMaxMind.com", "--geo"},
		"page.html":       {"<!DOCTYPE html>\n<html><body>Sign in to your account</body></html>", "a web page"},
		"rules.xml":       {`<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><MS><S N="Name">x</S></MS></Obj></Objs>`, "Export-Clixml"},
		"other.xml":       {`<?xml version="1.0"?><configuration><add key="x"/></configuration>`, "no source claims it"},
		"notes.txt":       {"The mailbox was exported on Monday.\nSee the other folder.\n", "no source claims it"},
		"names.csv":       {"first,second\n1,2\n", "it is a table with the columns first, second; needed is an export"},
		"half.csv":        {"MessageId,SenderAddress,RecipientAddress,Subject,Size\n<m>,a@example.com,b@example.com,s,1\n", "nearest to it is messagetrace (Get-MessageTrace), which also has Received"},
		"odd.json":        {`[{"a":1,"b":{"c":2}}]`, "it is JSON records with the keys a, b; needed is"},
		"sender-list.csv": {"From: x,second\n1,2\n", "no source claims it"},
	} {
		t.Run(name, func(t *testing.T) {
			f := recognise(t, name, []byte(kind.content))
			if f.Status != ingest.Unrecognised || !strings.Contains(f.Reason, kind.want) {
				t.Errorf("%s as %q: %s; want %q", f.Status, f.Layout, f.Reason, kind.want)
			}
		})
	}
}

// TestFilesOfOthersThatAreNoEvidence does the same with files that others
// kept.
func TestFilesOfOthersThatAreNoEvidence(t *testing.T) {
	for name, want := range map[string]string{
		"suzaku-azure/dev/azure_value_format.json": "an Azure activity log",
		"sentinel-training-lab/dev/signinLogs.csv": "a hunting query",
	} {
		data, err := os.ReadFile(filepath.Join("../../../shared/data", name))
		if err != nil {
			t.Skip("no folder ../shared/data beside the repository: files that others kept are not tested")
		}
		if f := recognise(t, filepath.Base(name), data); f.Status != ingest.Unrecognised || !strings.Contains(f.Reason, want) {
			t.Errorf("%s: %s as %q: %s; want %q", name, f.Status, f.Layout, f.Reason, want)
		}
	}
}

// recognise offers one file to all sources.
func recognise(t *testing.T, name string, data []byte) ingest.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	set, err := evidence.Acquire(context.Background(), []string{path}, evidence.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	c, err := ingest.Run(context.Background(), set, sources, &ingest.Options{Reference: reference.Default()})
	if err != nil {
		t.Fatal(err)
	}
	return c.Files[len(c.Files)-1]
}
