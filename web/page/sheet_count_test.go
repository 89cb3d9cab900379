package page

import (
	"net/url"
	"testing"
)

// An entry that was sent empty, as all are that stand ready to be filled, is none when the form comes back.
func TestAnEmptyEntryIsNone(t *testing.T) {
	p := SheetPage{Values: url.Values{
		"dossier.subjects[0].number": {"202019008502.1"}, "dossier.subjects[1].number": {""}, "dossier.subjects[0].pledges[0].pledgee": {""},
		"dossier.subjects[0].owners[1].name": {"", "云间大学"},
	}}
	for list, want := range map[string]int{"dossier.subjects": 1, "dossier.subjects[0].pledges": 0, "dossier.subjects[0].owners": 2} {
		if got := p.count(list); got != want {
			t.Errorf("%s has %d entries, not %d", list, got, want)
		}
	}
	p.Gates.Faults = map[string]string{"dossier.subjects[1].filed": "no such date"}
	if got := p.count("dossier.subjects"); got != 2 {
		t.Errorf("what is wrong with an entry is lost with it: %d", got)
	}
}
