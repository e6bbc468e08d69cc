package rows

import (
	"encoding/json"
	"testing"
)

func TestFoldLiteral(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Parameters", `@{Name=ForwardTo; Value=drop@example.net}`, `[{"Name":"ForwardTo","Value":"drop@example.net"}]`},
		{"AppAccessContext", `@{AADSessionId=05; UniqueTokenId=; IssuedAtTime=2026-03-04T09:00:00}`, `{"AADSessionId":"05","UniqueTokenId":"","IssuedAtTime":"2026-03-04T09:00:00"}`},
		{"FolderItems", `@{InternetMessageId=<m1@example.org>; SizeInBytes=100} @{InternetMessageId=<m2@example.org>; SizeInBytes=200}`, `[{"InternetMessageId":"<m1@example.org>","SizeInBytes":100},{"InternetMessageId":"<m2@example.org>","SizeInBytes":200}]`},
		{"Item", `@{Subject=a; b = c {draft}; ParentFolder=@{Path=\Inbox; Id=f1}}`, `{"Subject":"a; b = c {draft}","ParentFolder":{"Path":"\\Inbox","Id":"f1"}}`},
		{"", `@{Path=\Inbox; Id=f1; FolderItems=[{'InternetMessageId': '<m1@example.org>', 'SizeInBytes': 100}]}`, `{"Path":"\\Inbox","Id":"f1","FolderItems":[{"InternetMessageId":"<m1@example.org>","SizeInBytes":100}]}`},
		{"", `@{}`, `{}`},
		{"", `@{Name=UserAgent; Value=a; Value=b}`, `{"Name":"UserAgent","Value":"a; Value=b"}`},
		{"status", "@{errorCode=0; failureReason=Other}", `{"errorCode":0,"failureReason":"Other"}`},
		{"Status", "class SignInStatus {\n  ErrorCode: 50126\n  FailureReason: Other: see below.\n  AdditionalDetails: \n}\n", `{"ErrorCode":50126,"FailureReason":"Other: see below.","AdditionalDetails":""}`},
		{"Location", "class SignInLocation {\r\n  City: Lagos\r\n  GeoCoordinates: class GeoCoordinates {\r\n    Latitude: 6.45\r\n  }\r\n  CountryOrRegion: NG\r\n}", `{"City":"Lagos","GeoCoordinates":{"Latitude":"6.45"},"CountryOrRegion":"NG"}`},
		{"TargetResources", "class TargetResource {\n  Id: a\n}\nclass TargetResource {\n  Id: b\n}\n", `[{"Id":"a"},{"Id":"b"}]`},
		{"Parameters", `[{'Name': u'SubjectContainsWords', 'Value': "it's due; \x41"}, {'Name': 'DeleteMessage', 'Value': True}]`, `[{"Name":"SubjectContainsWords","Value":"it's due; A"},{"Name":"DeleteMessage","Value":true}]`},
		{"Status", `{'errorCode': 0, 'details': None, 'list': (1, -2.5,)}`, `{"errorCode":0,"details":null,"list":[1,-2.5]}`},
	} {
		got, ok := foldLiteral(nil, c.name, c.text)
		if !ok || string(got) != c.want {
			t.Errorf("%s of %q is %s, %v; want %s", c.name, c.text, got, ok, c.want)
		}
		if !beginsLiteral([]byte(c.text)) && c.text[0] != '[' && c.text[0] != '{' {
			t.Errorf("%q begins as nothing known", c.text)
		}
	}
}

func TestWhatIsNoLiteralStays(t *testing.T) {
	for _, text := range []string{"", "@", "@{", "@{a}", "@{a=b", "@{a=b} and more", "class action suit", "class A {\nno pair\n}", "{'a'}", "[{'a': }]", "{'a': 1} x", "[object Object]", "{\"a\":1"} {
		if got, ok := foldLiteral(nil, "Subject", text); ok || len(got) > 0 {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func TestLostTexts(t *testing.T) {
	for text, want := range map[string]bool{
		"System.Object[]": true, "System.String[]": true, "System.Collections.Hashtable": true, "[object Object]": true,
		"System.Collections.Generic.List`1[System.Object]":                       true,
		"Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus":           true,
		"Microsoft.Exchange.Data.MultiValuedProperty`1[Microsoft.Exchange.Data]": true,
		"System.Net.Mail": false, "System.Object[] was there": false, "Microsoft.Exchange.Hygiene": false, "Microsoft.Graph": false, "[object": false, "": false,
	} {
		if isLost(text) != want {
			t.Errorf("lost %q: want %v", text, want)
		}
	}
}

func FuzzLiteral(f *testing.F) {
	f.Add("Parameters", `@{Name=ForwardTo; Value=drop@example.net} @{Name=a; Value=}`)
	f.Add("Status", "class A {\n  B: class C {\n    D: 1\n  }\n}")
	f.Add("Folders", `[{'a': "b\n", 'c': [1, None, u'x', (True,)]}]`)
	f.Fuzz(func(t *testing.T, name, text string) {
		out, ok := foldLiteral(nil, name, text)
		if ok && !json.Valid(out) {
			t.Errorf("%s of %q gives no JSON: %s", name, text, out)
		}
		if !ok && len(out) > 0 {
			t.Errorf("%q is no literal, but %s was appended", text, out)
		}
	})
}
