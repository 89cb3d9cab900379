package trade

import (
	"os"
	"path/filepath"
	"testing"
)

// reachable are the phases of each way to a price, as STATES.md has them.
var reachable = map[Way][]Phase{
	ByAgreement: {InDraft, Decided, NoticeOpen, ObjectionReview, NoticeDone, Void, Contracted, Paid, Closed, Withdrew},
	ByListing: {
		InDraft, InReview, Listed, Qualifying, Closed0, Closed1, ClosedN, Bidding, InAward, Contracted, Paid, Closed, Ended, Relisting, InDefault,
		Halted, Terminal, Withdrew,
	},
	ByAuction: {
		InDraft, Commissioned, Announced, Ready, Open, PausedSale, SoldSale, PassedSale, Closed1, Confirmed, Contracted, Paid, Closed, InDefault,
		Reauctioned, Ended, Withdrew, AnnulledSale,
	},
}

// Every phase of the tables is reached by a script, no other is, and every kind of event is told in one.
func TestScriptsReachEverything(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	reached, told := map[Way]map[Phase]bool{ByAgreement: {}, ByListing: {}, ByAuction: {}}, map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := NewState(1)
		for _, e := range runScript(t, text).log {
			s.Apply(e)
			reached[s.Way][s.Phase] = true
			told[e.Event.Kind()] = true
		}
	}
	for way, phases := range reachable {
		for _, p := range phases {
			if !reached[way][p] {
				t.Errorf("no script of %s reaches %s", way, p)
			}
			delete(reached[way], p)
		}
		for p := range reached[way] {
			t.Errorf("a script of %s reaches %s, which is not in its table", way, p)
		}
	}
	for _, k := range kinds() {
		if !told[k] {
			t.Errorf("no script tells of %s", k)
		}
	}
}

// The table of commands names only phases of the way, and every phase that is not over can be left.
func TestTableAndPhasesAgree(t *testing.T) {
	left := map[Way]map[Phase]bool{ByAgreement: {}, ByListing: {}, ByAuction: {}}
	for c, rows := range permitted {
		for _, r := range rows {
			known := map[Phase]bool{NoPhase: true}
			for _, p := range reachable[r.way] {
				known[p] = true
			}
			for _, p := range r.phases {
				if !known[p] {
					t.Errorf("%s is heard in %s, which %s never reaches", c, p, r.way)
				}
				if c != "ReceiveDeposit" {
					left[r.way][p] = true
				}
			}
		}
	}
	for way, phases := range reachable {
		for _, p := range phases {
			passing := p == Closed0 || p == ClosedN // within one firing
			end := p == Ended && way == ByAuction
			if !left[way][p] && !p.Over() && !passing && !end {
				t.Errorf("%s has no way out of %s", way, p)
			}
			if left[way][p] && p.Over() {
				t.Errorf("%s is over in %s and hears commands", way, p)
			}
		}
	}
}
