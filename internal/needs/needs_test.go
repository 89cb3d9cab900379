package needs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/needmatch"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/needs"
)

// A need is published, matched, answered, accepted and fulfilled; everybody is told once.
func TestFromNeedToAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		fits := h.membrane(h.university)
		other := h.offer(h.university, "高保真碱基编辑蛋白变体", "High-fidelity base-editor protein variants", "C12N 15/11", func(c *ent.ListingCreate) { c.SetField("GENE") })
		id := h.publish(wanted())
		m, err := h.needs.OfNeed(ctx, h.company, id)
		must(t, err)
		if len(m.Pairs) != 1 || m.Pairs[0].Listing.ID != fits.ID || len(m.Pairs[0].Reasons) < 6 {
			t.Fatalf("matches: %+v", m.Pairs)
		}
		s, err := h.needs.OfSeller(ctx, h.university, 0)
		must(t, err)
		if len(s.Pairs) != 1 || s.Pairs[0].BP != m.Pairs[0].BP || s.Pairs[0].Need.ID != id {
			t.Fatalf("the university sees %+v", s.Pairs)
		}
		if a, b := len(h.told(h.company, inbox.NeedMatched)), len(h.told(h.university, inbox.ListingMatched)); a != 1 || b != 1 {
			t.Fatalf("told: company %d, university %d", a, b)
		}
		must(t, h.needs.Match(ctx, id)) // again: nobody is told twice
		if a, b := len(h.told(h.company, inbox.NeedMatched)), len(h.told(h.university, inbox.ListingMatched)); a != 1 || b != 1 {
			t.Fatalf("told again: company %d, university %d", a, b)
		}
		must(t, h.needs.Answer(ctx, h.university, id, fits.ID, "我们的膜已在印染线上运行。"))
		must(t, h.needs.Answer(ctx, h.university, id, 0, "也可以谈联合开发。"))
		for listing, want := range map[int]fault.Code{fits.ID: fault.Conflict, 0: fault.Conflict, 4711: fault.Invalid, other.ID: ""} {
			if err := h.needs.Answer(ctx, h.university, id, listing, "再来一次"); code(err) != want {
				t.Errorf("answer with %d: %v", listing, err)
			}
		}
		x, err := h.needs.OwnOne(ctx, h.company, id)
		must(t, err)
		if len(x.Answers) != 3 || len(h.told(h.company, inbox.NeedAnswered)) != 3 {
			t.Fatalf("%d answers", len(x.Answers))
		}
		first := x.Answers[2]
		if err := h.needs.Decide(ctx, h.company, id, first.ID, false, " "); fieldsOf(err)["decide.reason"] != "REQUIRED" {
			t.Errorf("declined without a reason: %v", err)
		}
		must(t, h.needs.Decide(ctx, h.company, id, first.ID, true, "请联系我们"))
		if err := h.needs.Decide(ctx, h.company, id, first.ID, false, "不"); code(err) != fault.Conflict {
			t.Errorf("decided twice: %v", err)
		}
		must(t, h.needs.Decide(ctx, h.company, id, x.Answers[1].ID, false, "暂不"))
		if len(h.told(h.university, inbox.AnswerAccepted)) != 1 || len(h.told(h.university, inbox.AnswerDeclined)) != 1 {
			t.Error("the university is not told")
		}
		must(t, h.needs.Close(ctx, h.company, id, need.OutcomeFULFILLED))
		if err := h.needs.Answer(ctx, h.university, id, 0, "迟了"); code(err) != fault.Conflict {
			t.Errorf("answered after the end: %v", err)
		}
		if s, err := h.needs.OfSeller(ctx, h.university, 0); err != nil || len(s.Pairs) != 0 {
			t.Errorf("a closed need still fits: %v %v", s.Pairs, err)
		}
		if versions, err := h.needs.Versions(ctx, x); err != nil || len(versions) != 2 {
			t.Errorf("%d versions: %v", len(versions), err)
		}
	})
}

// A result published later is found by the change feed, and one that is withdrawn goes.
func TestMatchesFollowTheCatalogue(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.offer(h.university, "高保真碱基编辑蛋白变体", "High-fidelity base-editor protein variants", "C12N 15/11", func(c *ent.ListingCreate) { c.SetField("GENE") })
		must(t, h.needs.Follow(ctx)) // the first look weighs all needs and begins there
		id := h.publish(wanted())
		l := h.membrane(h.university)
		must(t, h.needs.Follow(ctx))
		count := func() int {
			m, err := h.needs.OfNeed(ctx, h.company, id)
			must(t, err)
			return len(m.Pairs)
		}
		if count() != 1 || len(h.told(h.company, inbox.NeedMatched)) != 1 || len(h.told(h.university, inbox.ListingMatched)) != 1 {
			t.Fatalf("%d matches, told %d", count(), len(h.told(h.company, inbox.NeedMatched)))
		}
		l.Update().SetStatus(listing.StatusWITHDRAWN).ExecX(ctx)
		must(t, h.needs.Follow(ctx))
		if count() != 0 {
			t.Fatal("a withdrawn result fits")
		}
		l.Update().SetStatus(listing.StatusPUBLISHED).ExecX(ctx)
		must(t, h.needs.Follow(ctx))
		if count() != 1 || len(h.told(h.company, inbox.NeedMatched)) != 1 || len(h.told(h.university, inbox.ListingMatched)) != 1 {
			t.Fatalf("it is back: %d matches, told %d times", count(), len(h.told(h.company, inbox.NeedMatched)))
		}
	})
}

// A pair that was declined does not come back, until one of the two changes in a way that matters.
func TestWhyNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		l := h.membrane(h.university)
		id := h.publish(wanted())
		shown := func(v identity.Viewer) int {
			if v.Role() == identity.Company {
				m, err := h.needs.OfNeed(ctx, v, id)
				must(t, err)
				return len(m.Pairs)
			}
			m, err := h.needs.OfSeller(ctx, v, 0)
			must(t, err)
			return len(m.Pairs)
		}
		if err := h.needs.Decline(ctx, h.company, id, l.ID, "NO_REASON", ""); fieldsOf(err)["why.why"] != "REQUIRED" {
			t.Errorf("a reason that is none: %v", err)
		}
		if err := h.needs.Decline(ctx, h.company, id, l.ID, matching.Otherwise, ""); fieldsOf(err)["why.words"] != "REQUIRED" {
			t.Errorf("another reason without words: %v", err)
		}
		stranger := h.member(organisation.KindUNIVERSITY, "别处大学", "Elsewhere University")
		for _, v := range []identity.Viewer{stranger, h.member(organisation.KindCOMPANY, "别家公司", "Another Company")} {
			if err := h.needs.Decline(ctx, v, id, l.ID, matching.TooDear, ""); code(err) != fault.NotFound {
				t.Errorf("somebody else's match: %v", err)
			}
		}
		must(t, h.needs.Decline(ctx, h.company, id, l.ID, matching.TooDear, ""))
		if shown(h.company) != 0 || shown(h.university) != 1 {
			t.Fatalf("company %d, university %d", shown(h.company), shown(h.university))
		}
		must(t, h.needs.Match(ctx, id))
		w := wanted()
		w.TextZH += "请尽快联系。"
		v, err := h.needs.Save(ctx, h.company, id, 2, w)
		must(t, err)
		h.due("needs.match")
		if shown(h.company) != 0 {
			t.Fatal("it comes back for a polished sentence")
		}
		w.BudgetMostFen *= 2
		_, err = h.needs.Save(ctx, h.company, id, v, w)
		must(t, err)
		h.due("needs.match")
		if shown(h.company) != 1 {
			t.Fatal("it does not come back although the budget has doubled")
		}
	})
}

// Said often enough, matches of the kind count less for the one who said it, and he is told why.
func TestTheMarketLearns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		dear := func(c *ent.ListingCreate) { c.SetPriceIdeaFen(900_000_000) }
		var all []*ent.Listing
		for range 4 {
			all = append(all, h.offer(h.university, "高通量抗污染聚砜中空纤维超滤膜", "High-flux antifouling polysulfone hollow-fibre ultrafiltration membrane", "B01D 71/68", dear))
		}
		id := h.publish(wanted())
		before, err := h.needs.OfNeed(ctx, h.company, id)
		must(t, err)
		if len(before.Pairs) != 4 || before.Said != nil {
			t.Fatalf("%d matches", len(before.Pairs))
		}
		for _, l := range all[:3] {
			must(t, h.needs.Decline(ctx, h.company, id, l.ID, matching.TooDear, ""))
		}
		after, err := h.needs.OfNeed(ctx, h.company, id)
		must(t, err)
		if len(after.Pairs) != 1 || after.Pairs[0].BP != before.Pairs[3].BP-2*matching.Current.CutBP || len(after.Pairs[0].Cuts) != 1 {
			t.Fatalf("%+v", after.Pairs)
		}
		if len(after.Said) != 1 || after.Said[0] != (matching.Said{Why: matching.TooDear, N: 3}) {
			t.Errorf("said %v", after.Said)
		}
		if s, err := h.needs.OfSeller(ctx, h.university, 0); err != nil || len(s.Pairs) != 4 || s.Pairs[0].BP != before.Pairs[0].BP {
			t.Errorf("the university is taught what the company said: %v", err)
		}
	})
}

func TestANeedEndsWithItsDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.membrane(h.university)
		id := h.publish(wanted())
		end := time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC) // midnight in Shanghai
		h.set(end.Add(-time.Second))
		if h.due("needs.expire") != 0 {
			t.Fatal("it ends before its day is over")
		}
		w := wanted()
		w.Until = "2027-01-02"
		_, err := h.needs.Save(ctx, h.company, id, 2, w)
		must(t, err)
		h.set(end)
		h.due("needs.expire") // of the day that was moved
		if x, err := h.needs.View(ctx, identity.Viewer{}, id); err != nil || !x.Open {
			t.Fatalf("the day was moved: %v", err)
		}
		h.set(end.Add(48 * time.Hour))
		if found, err := h.needs.List(ctx, identity.Viewer{}, needs.Filter{}); err != nil || found.Total != 0 {
			t.Errorf("open after its end, before the errand: %v", err)
		}
		if h.due("needs.expire") != 1 {
			t.Fatal("no errand at its end")
		}
		n := h.db.Ent().Need.GetX(ctx, id)
		if n.Status != need.StatusCLOSED || n.Outcome != need.OutcomeEXPIRED || len(h.told(h.company, inbox.NeedExpired)) != 1 {
			t.Fatalf("%s %s", n.Status, n.Outcome)
		}
	})
}

func TestWhatAWishMustSay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for name, c := range map[string]struct {
			change func(*matching.Wish)
			field  string
			want   fault.Problem
		}{
			"bidi":           {func(w *matching.Wish) { w.TitleZH = "膜\u202e" }, "need.title_zh", "BAD_CHARACTERS"},
			"no text":        {func(w *matching.Wish) { w.TextEN = "\xff" }, "need.text_en", "BAD_CHARACTERS"},
			"a megabyte":     {func(w *matching.Wish) { w.TextZH = strings.Repeat("膜", 1<<20) }, "need.text_zh", "TOO_LONG"},
			"field":          {func(w *matching.Wish) { w.Field = "XX" }, "need.field", "UNKNOWN_VALUE"},
			"class":          {func(w *matching.Wish) { w.IPC = []string{"Z99"} }, "need.ipc", "NOT_A_CLASS"},
			"levels":         {func(w *matching.Wish) { w.LevelLeast, w.LevelMost = 7, 3 }, "need.level_most", "BELOW_LEAST"},
			"budget":         {func(w *matching.Wish) { w.BudgetMostFen = -1 }, "need.budget_most_fen", "OUT_OF_RANGE"},
			"budget upside":  {func(w *matching.Wish) { w.BudgetLeastFen = w.BudgetMostFen + 1 }, "need.budget_most_fen", "BELOW_LEAST"},
			"right":          {func(w *matching.Wish) { w.Rights = append(w.Rights, "STEAL") }, "need.rights", "UNKNOWN_VALUE"},
			"day":            {func(w *matching.Wish) { w.Until = "2026-02-30" }, "need.until", "NOT_A_DAY"},
			"secrecy":        {func(w *matching.Wish) { w.Secrecy = "" }, "need.secrecy", "UNKNOWN_VALUE"},
			"company asked":  {func(w *matching.Wish) { w.Secrecy, w.Invited = matching.Invited, []int{h.company.OrganisationID()} }, "need.invited", "UNKNOWN_VALUE"},
			"nobody invited": {func(w *matching.Wish) { w.Secrecy, w.Invited = matching.Invited, []int{4711} }, "need.invited", "UNKNOWN_VALUE"},
		} {
			w := wanted()
			c.change(&w)
			if _, err := h.needs.New(ctx, h.company, w); fieldsOf(err)[c.field] != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		id, err := h.needs.New(ctx, h.company, matching.Wish{Secrecy: matching.Public})
		must(t, err) // a draft may lack everything
		err = h.needs.Publish(ctx, h.company, id, 1)
		for _, f := range []string{"need.title_zh", "need.text_zh", "need.field", "need.until"} {
			if fieldsOf(err)[f] == "" {
				t.Errorf("published without %s: %v", f, err)
			}
		}
		w := wanted()
		w.Until = "2026-11-25"
		_, err = h.needs.Save(ctx, h.company, id, 1, w)
		must(t, err)
		if err := h.needs.Publish(ctx, h.company, id, 2); fieldsOf(err)["need.until"] != "PAST_DAY" {
			t.Errorf("yesterday: %v", err)
		}
		if _, err := h.needs.Save(ctx, h.company, id, 1, wanted()); code(err) != fault.Conflict {
			t.Errorf("an older version: %v", err)
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.membrane(h.university)
		id := h.publish(wanted())
		rival := h.member(organisation.KindCOMPANY, "对手公司", "Rival")
		for name, err := range map[string]error{
			"a university posts":       second(h.needs.New(ctx, h.university, wanted())),
			"a company answers":        h.needs.Answer(ctx, rival, id, 0, "我们来"),
			"a rival's save":           second(h.needs.Save(ctx, rival, id, 2, wanted())),
			"a rival's close":          h.needs.Close(ctx, rival, id, need.OutcomeFULFILLED),
			"a rival reads matches":    third(h.needs.OfNeed(ctx, rival, id)),
			"a university takes down":  h.needs.TakeDown(ctx, h.university, id, "不"),
			"a visitor answers":        h.needs.Answer(ctx, identity.Viewer{}, id, 0, "我"),
			"the operator's own words": h.needs.TakeDown(ctx, h.operator, id, ""),
		} {
			if err == nil {
				t.Errorf("%s: it went", name)
			}
		}
		must(t, h.needs.TakeDown(ctx, h.operator, id, "含有联系方式"))
		if len(h.told(h.company, inbox.NeedTakenDown)) != 1 {
			t.Error("the company is not told")
		}
		for _, v := range []identity.Viewer{{}, h.university, rival} {
			if _, err := h.needs.View(ctx, v, id); code(err) != fault.NotFound {
				t.Errorf("taken down and still there: %v", err)
			}
		}
		if h.db.Ent().NeedMatch.Query().Where(needmatch.NeedID(id)).CountX(ctx) == 0 {
			t.Error("there was no match to be hidden")
		}
	})
}

func second(_ int, err error) error { return err }

func third[T any](_ T, err error) error { return err }

func TestAnswersAreNotForTheAsking(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for i := range 31 {
			if i == 16 {
				h.set(noon.Add(25 * time.Hour)) // so many needs of one company take two days
			}
			id, err := h.needs.New(ctx, h.company, wanted())
			must(t, err)
			must(t, h.needs.Publish(ctx, h.company, id, 1))
		}
		for id := 1; id <= 31; id++ {
			err := h.needs.Answer(ctx, h.university, id, 0, "你好")
			if want := map[bool]fault.Code{true: fault.TooMany}[id == 31]; code(err) != want {
				t.Fatalf("answer %d: %v", id, err)
			}
		}
	})
}
