package logon

import (
	"testing"

	"becforensics/timeline/reference"
)

// A test by a name that no record has would find nothing for ever.
func TestKitTableNamesWhatRecordsHave(t *testing.T) {
	for _, flow := range reference.Default().KitTraces() {
		for _, step := range flow {
			for _, name := range step.Names() {
				if !KnowsKitTest(name) {
					t.Errorf("%s: records have no %q", step.Name, name)
				}
			}
		}
	}
}
