package ingest

import "testing"

func TestLinkedMailbox(t *testing.T) {
	for link, want := range map[string]string{
		"https://outlook.office.com/api/v2.0/$metadata#Users('victim%40example.com')/Activities":                     "victim@example.com",
		"https://outlook.office.com/api/v2.0/Users('o''brien@example.com')/Activities/?$top=4&$skip=4":               "o'brien@example.com",
		"https://graph.microsoft.com/v1.0/users/victim@example.com/messages":                                         "victim@example.com",
		"https://graph.microsoft.com/v1.0/$metadata#users('victim%40example.com')/messages":                          "victim@example.com",
		"https://outlook.office.com/api/v2.0/Users('679126f3-02de-3513-e336-0eac1294b120@0eac1294')/Activities('4')": "",
		"https://outlook.office.com/api/v2.0/$metadata#Me/Activities":                                                "",
		"https://outlook.office.com/api/v2.0/Users('victim%4":                                                        "",
		"": "",
	} {
		if got, ok := LinkedMailbox(link); got != want || ok != (want != "") {
			t.Errorf("%s names %q", link, got)
		}
	}
}
