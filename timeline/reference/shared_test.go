package reference

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// stated finds what real records say of clients and sign-in errors, whatever
// the container quotes them with.
var stated = regexp.MustCompile(`(?i)"(ClientInfoString|AppIdType|clientAppUsed|LogonError|ErrorNumber)["\\]+: ?["\\]+([^"\\]{1,300})`)

// Placeholders that publishers of the records put in place of a value.
var redacted = regexp.MustCompile(`^(Client=)?x+(-x+)*$`)

// No client and no error of the real exports is unknown to the tables.
func TestTablesKnowTheRealExports(t *testing.T) {
	root := sharedData(t)
	seen := make(map[string]bool)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, match := range stated.FindAllSubmatch(data, -1) {
			field, value := strings.ToLower(string(match[1])), string(match[2])
			if seen[field+value] || redacted.MatchString(value) {
				continue
			}
			seen[field+value] = true
			switch field {
			case "logonerror", "errornumber":
				if Default().ErrorClass(value, "") == ClassOther {
					t.Errorf("%s: error %q is unknown", filepath.Base(path), value)
				}
			default:
				if class, _ := Default().ClientClass(value); class == "" {
					t.Errorf("%s: client %q is unknown", filepath.Base(path), value)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 20 {
		t.Errorf("only %d values found", len(seen))
	}
}

// sharedData is the folder of real exports beside the repository.
func sharedData(t *testing.T) string {
	t.Helper()
	data := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("no real exports beside the repository: ../shared/data is absent")
	}
	return data
}
