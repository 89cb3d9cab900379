package standing

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	now  = time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)
	next = now.AddDate(1, 0, 0)
)

// good is a deed that nothing but the state can refuse.
func good(d Deed) Case {
	return Case{Deed: d, At: now, Reasons: "执照过期", Until: next, Complete: true}
}

// Every deed in every state, by hand.
func TestEveryDeedInEveryState(t *testing.T) {
	past, future := now.Add(-time.Hour), now.Add(time.Hour)
	leads := map[State]map[Deed]State{
		New:         {Submit: Submitted, Blacklist: Blacklisted, Void: Voided},
		Submitted:   {Return: New, Verify: Verified, Blacklist: Blacklisted, Void: Voided},
		Verified:    {Extend: Verified, Expire: Expired, Suspend: Suspended, Blacklist: Blacklisted},
		Expired:     {Submit: Submitted, Suspend: Suspended, Blacklist: Blacklisted},
		Suspended:   {Lift: Expired, Blacklist: Blacklisted}, // its term is over
		Blacklisted: {Lift: New},
	}
	for _, s := range States {
		for _, d := range Deeds {
			got, no := Step(Record{s, past}, good(d))
			want, may := leads[s][d]
			switch {
			case !may && (no != WrongState || got != Record{s, past}):
				t.Errorf("%s %s: %+v %s", d, s, got, no)
			case may && (no != "" || got.State != want):
				t.Errorf("%s %s: %+v %s, want %s", d, s, got, no, want)
			}
		}
	}
	if got, _ := Step(Record{Suspended, future}, good(Lift)); got != (Record{Verified, future}) {
		t.Errorf("lifted within its term: %+v", got)
	}
	if got, _ := Step(Record{Suspended, now}, good(Lift)); got.State != Expired {
		t.Errorf("lifted at the very end of its term: %+v", got)
	}
	if got, _ := Step(Record{State: Suspended}, good(Lift)); got != (Record{State: Verified}) {
		t.Errorf("lifted without an end: %+v", got)
	}
}

// Each row fixes one fault of the row above.
func TestGuardsInTheirOrder(t *testing.T) {
	verify := Case{Deed: Verify, At: now, Missing: []Paper{Licence}, CodeFails: true}
	r := Record{State: New}
	for _, row := range []struct {
		mend func()
		want Refusal
	}{
		{func() {}, WrongState},
		{func() { r.State = Submitted }, FileIncomplete},
		{func() { verify.Complete = true }, PapersMissing},
		{func() { verify.Missing = nil }, CodeNotProved},
		{func() { verify.Override = true }, UntilWrong},
		{func() { verify.Until = now }, UntilWrong},
		{func() { verify.Until = now.AddDate(MostYears, 0, 2) }, UntilWrong},
		{func() { verify.Until = next }, ""},
	} {
		row.mend()
		if _, no := Step(r, verify); no != row.want {
			t.Errorf("%q, want %q", no, row.want)
		}
	}
	for _, d := range []Deed{Return, Suspend, Blacklist, Lift} {
		c := good(d)
		c.Reasons = " \n"
		if _, no := Step(Record{State: from[d][0]}, c); no != ReasonsMissing {
			t.Errorf("%s without reasons: %q", d, no)
		}
	}
	if _, no := Step(Record{Verified, now.Add(1)}, good(Expire)); no != NotDue {
		t.Errorf("expires too early: %q", no)
	}
	if _, no := Step(Record{State: Verified}, good(Expire)); no != NotDue {
		t.Errorf("expires without an end: %q", no)
	}
	submit := good(Submit)
	submit.Missing = []Paper{Representative}
	if _, no := Step(Record{State: New}, submit); no != PapersMissing {
		t.Errorf("submits without a paper: %q", no)
	}
}

func TestNeededPapers(t *testing.T) {
	for _, c := range []struct {
		house, fails bool
		want         []Paper
	}{
		{false, false, []Paper{Licence, Representative}}, {true, false, []Paper{Licence, Representative, AuctionLicence}},
		{false, true, []Paper{Licence, Representative, CodeProof}},
	} {
		if got := Needed(c.house, c.fails); !slices.Equal(got, c.want) {
			t.Errorf("%v", got)
		}
	}
}

// Whatever is done, nobody is verified but by the operator's hand, on complete papers, and for a term that is not over.
func TestNobodyIsVerifiedPastTheGuards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, at := Record{State: New}, now
		submittedWith := false
		for range rapid.IntRange(1, 150).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "days")) * 24 * time.Hour)
			c := Case{
				Deed: rapid.SampledFrom(Deeds).Draw(t, "deed"), At: at, Complete: rapid.Bool().Draw(t, "complete"),
				Reasons: rapid.SampledFrom([]string{"", "r"}).Draw(t, "reasons"), CodeFails: rapid.Bool().Draw(t, "fails"),
				Override: rapid.Bool().Draw(t, "override"), Until: at.AddDate(0, 0, rapid.IntRange(-10, 3000).Draw(t, "until")),
			}
			if rapid.Bool().Draw(t, "missing") {
				c.Missing = []Paper{Licence}
			}
			if rapid.Bool().Draw(t, "well prepared") {
				c.Missing, c.Complete, c.Override, c.Reasons, c.Until = nil, true, true, "r", at.AddDate(1, 0, 0)
			}
			before := r
			after, no := Step(r, c)
			r = after
			if no != "" && after != before {
				t.Fatalf("a refusal changed %+v into %+v", before, after)
			}
			if no == "" && c.Deed == Verify {
				submittedWith = len(c.Missing) == 0 && c.Complete && (!c.CodeFails || c.Override)
			}
			if r.State == Verified && (!submittedWith || no == "" && !r.Until.After(at)) {
				t.Fatalf("verified without %+v at %s", r, at)
			}
		}
	})
}

// Every state is reached from the first one by deeds that are well prepared, within the term and after it; and nothing else is.
func TestEveryStateIsReached(t *testing.T) {
	reached := map[State]bool{New: true}
	for todo := []Record{{State: New}}; len(todo) > 0; todo = todo[1:] {
		for _, d := range Deeds {
			for _, at := range []time.Time{now, next} {
				c := good(d)
				c.At, c.Until = at, next.AddDate(1, 0, 0)
				if d == Verify {
					c.Until = next
				}
				if after, no := Step(todo[0], c); no == "" && !reached[after.State] {
					reached[after.State] = true
					todo = append(todo, after)
				}
			}
		}
	}
	for _, s := range States {
		if !reached[s] {
			t.Errorf("%s is never reached", s)
		}
	}
	if len(reached) != len(States) {
		t.Errorf("reached: %v", reached)
	}
}
