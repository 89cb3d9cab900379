package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// catalogue is a small one: a membrane, a film, an antibody, a quantum sensor and a draft.
func catalogue(t *testing.T) *hall {
	h := newHall(t, storetest.SQLite(t), "")
	code, err := ident.MakeUSCC("12", "310117", "MAD00001")
	must(t, err)
	yunjian := h.seller("云间大学", "Yunjian University", string(code))
	feihe := h.seller("淝河大学", "Feihe University", "")
	h.offer(yunjian, offer{
		number: "G60-D-0001", zh: "高通量抗污染聚砜中空纤维超滤膜", en: "High-flux antifouling polysulfone hollow-fibre ultrafiltration membrane",
		sumZH: "在纺丝液中引入两性离子共聚物，已在印染废水回用线上中试。", sumEN: "Piloted on a dye-house water reuse line.",
		application: "201810862228.X", publication: "CN109046038B", ipc: []string{"B01D 71/68", "B01D 67/00"},
	})
	h.offer(yunjian, offer{
		number: "G60-D-0002", zh: "石墨烯导热膜的卷对卷制备工艺", en: "Roll-to-roll production of graphene heat-spreading films",
		sumZH: "面内导热系数一千五百瓦每米开尔文。", sumEN: "In-plane conductivity of 1,500 W/(m·K).", city: "320500",
		application: "201310699744.2", publication: "CN103640000A", ipc: []string{"C01B 32/184"},
	})
	h.offer(feihe, offer{
		number: "G60-D-0003", zh: "双特异性抗体的可控组装技术", en: "Controlled assembly of bispecific antibodies",
		sumZH: "用于PD-1与维生素B12检测。", sumEN: "The university's antibody work.", field: "BIO", city: "340100",
		application: "95115608.X", ipc: []string{"C07K 16/28", "A61K 31/495"},
	})
	h.offer(feihe, offer{number: "G60-D-0004", zh: "金刚石量子磁强计", en: "Diamond quantum magnetometer", field: "QUANTUM", city: "340100"})
	h.offer(feihe, offer{number: "G60-D-0005", zh: "石墨烯草稿", en: "Graphene draft", draft: true})
	return h.ready()
}

func TestBothLanguages(t *testing.T) {
	h := catalogue(t)
	for text, want := range map[string][]string{
		"超滤膜": {"G60-D-0001"}, "ultrafiltration": {"G60-D-0001"}, "石墨烯": {"G60-D-0002"}, "graphene": {"G60-D-0002"},
		"膜":          {"G60-D-0001", "G60-D-0002"}, // one character
		"石墨烯 film":   {"G60-D-0002"},               // both at once
		"antibody":   {"G60-D-0003"},               // another ending
		"ANTIBODIES": {"G60-D-0003"}, "ｇｒａｐｈｅｎｅ": {"G60-D-0002"}, "the graphene of films": {"G60-D-0002"},
		"云间大学": {"G60-D-0001", "G60-D-0002"}, "Yunjian": {"G60-D-0001", "G60-D-0002"}, "沈怀谷 量子": {"G60-D-0004"},
		"石墨烯，导热": {"G60-D-0002"}, "抗体组装": {"G60-D-0003"}, "PD-1": {"G60-D-0003"}, "B12": {"G60-D-0003"},
		"quantum graphene": {"G60-D-0002", "G60-D-0004"}, // nothing has both: half of it
	} {
		h.finds(text, want...)
	}
	for _, nothing := range []string{"区块链", "blockchain", "草稿"} {
		if got := h.find(Request{Text: nothing}); got.Total != 0 {
			t.Errorf("%q finds %v", nothing, numbers(got))
		}
	}
}

func TestTypingErrors(t *testing.T) {
	h := catalogue(t)
	for text, want := range map[string]string{
		"graphen": "G60-D-0002", "grapheme": "G60-D-0002", "ultrafiltrashun": "", "ultrafltration": "G60-D-0001", "anitbodies": "G60-D-0003",
		"magnetomter": "G60-D-0004", "石墨希": "G60-D-0002", "双特意性抗体": "G60-D-0003", "magneto": "G60-D-0004",
	} {
		got := h.find(Request{Text: text})
		if want == "" {
			continue // two slips are the most
		}
		if !slices.Contains(numbers(got), want) {
			t.Errorf("%q finds %v, not %s", text, numbers(got), want)
		}
	}
	if got := h.find(Request{Text: "grapheme"}); got.Closeness != Near || !strings.Contains(marked(got.Hits[0].TitleEN), "[graphene]") {
		t.Errorf("%s: %s", got.Closeness, marked(got.Hits[0].TitleEN))
	}
	if got := h.find(Request{Text: "graphene"}); got.Closeness != Exact {
		t.Errorf("%s", got.Closeness)
	}
	if got := h.find(Request{Text: "quantum graphene"}); got.Closeness != Some {
		t.Errorf("%s", got.Closeness)
	}
	if got := h.find(Request{Text: "cat"}); got.Total != 0 { // three letters are another word
		t.Errorf("%v", numbers(got))
	}
}

func TestNumbersInEveryPrintedForm(t *testing.T) {
	h := catalogue(t)
	code, err := ident.MakeUSCC("12", "310117", "MAD00001")
	must(t, err)
	lot := h.lot(h.db.Ent().Listing.GetX(t.Context(), 4), "G60-2026-0042", auction.Announced, 1_000_000_00)
	must(t, h.Follow(t.Context()))
	membrane := []string{
		"201810862228.X", "201810862228X", "ZL201810862228.X", "CN201810862228.X", "zl 2018 1 0862228.x", "ZL ２０１８１０８６２２２８．Ｘ", "201810862228",
		"CN109046038B", "cn 109046038 b", "CN109046038", "109046038B", "109046038", "20181086", "ＣＮ109046038Ｂ", "G60-D-0001", "g60-d-0001", "G60-Ｄ-0001",
		"B01D 71/68", "b01d71/68", "B01D", "B01D 71", "B01D 71/6", "B01D 67/00 (2006.01)", "膜 B01D", "ZL201810862228.X 超滤",
		"2018 1 0862228.X", "2018 1 0862228", "CN 2018 1 0862228", "ZL 2018 1 086", "CN 109 046 038", "ZL 2018 1 0862228.X 抗污染 膜",
	}
	for _, text := range membrane {
		h.finds(text, "G60-D-0001")
	}
	for text, want := range map[string][]string{
		"95115608.X": {"G60-D-0003"}, "ZL 95 1 15608.X": {"G60-D-0003"}, "A61K 31/4": {"G60-D-0003"}, "A61K31/495": {"G60-D-0003"}, "A61K 31": {"G60-D-0003"},
		"A61K 3": {}, "C07K": {"G60-D-0003"}, "A61K 31/4 石墨烯": {"G60-D-0002", "G60-D-0003"}, string(code): {"G60-D-0001", "G60-D-0002"},
		string(code[:8] + " " + code[8:17] + "-" + code[17:]): {"G60-D-0001", "G60-D-0002"}, "G60-2026-0042": {"G60-D-0004"}, "g60 - 2026": {},
		"201310699744.2 201810862228.X": {"G60-D-0001", "G60-D-0002"},
	} {
		h.finds(text, want...)
	}
	if got := h.find(Request{Text: "201810862228.1"}); got.Total != 0 || got.Meant != "201810862228.X" {
		t.Errorf("a wrong check character: %v, meant %q", numbers(got), got.Meant)
	}
	hit := h.find(Request{Text: "ZL201810862228.X"}).Hits[0]
	if marked(hit.Patents[0]) != "[201810862228.X]" {
		t.Errorf("marked %v", hit.Patents)
	}
	if got := h.find(Request{Text: "A61K"}).Hits[0]; len(got.Classes) != 1 || marked(got.Classes[0]) != "[A61K 31/495]" {
		t.Errorf("marked %v", got.Classes)
	}
	h.db.Ent().Lot.DeleteOne(lot).ExecX(t.Context())
	must(t, h.Follow(t.Context()))
	h.finds("G60-2026-0042")
}

func TestHighlights(t *testing.T) {
	h := catalogue(t)
	for text, want := range map[string]string{
		"石墨烯 heat": "[石墨烯]导热膜的卷对卷制备工艺|Roll-to-roll production of graphene [heat]-spreading films",
		"film":     "石墨烯导热膜的卷对卷制备工艺|Roll-to-roll production of graphene heat-spreading [films]",
	} {
		hit := h.find(Request{Text: text}).Hits[0]
		if got := marked(hit.TitleZH) + "|" + marked(hit.TitleEN); got != want {
			t.Errorf("%q marks %s", text, got)
		}
	}
	m := ask("目标 target").marker(Exact)
	long := strings.Repeat("前面的话很多，", 30) + "这里有目标词，" + strings.Repeat("后面还有许多。", 30)
	f := m.fragment(long, fragmentZH)
	if !Marked(f) || f[0].Text != "…" || f[len(f)-1].Text != "…" || len([]rune(marked(f))) > fragmentZH+6 {
		t.Errorf("fragment %s", marked(f))
	}
	english := strings.Repeat("before it all stands ", 30) + "the Targets " + strings.Repeat("and after it more ", 30)
	if f := m.fragment(english, fragmentEN); !strings.Contains(marked(f), " [Targets] ") || !strings.HasPrefix(marked(f), "…") {
		t.Errorf("fragment %s", marked(f))
	}
	whole := ""
	for _, p := range m.whole(long) {
		whole += p.Text
	}
	if whole != long {
		t.Error("marking changes the text")
	}
}

// Whatever is typed is answered, and marking never changes a text.
func FuzzQuestions(f *testing.F) {
	for _, s := range []string{"", " ", "石墨烯 graphene", "<script>alert(1)</script>", "\u202e反", "a\x00b\xff", "ZL 2018 1 0862228.X", "A61K 31/4", "\"'*?~^:()[]{}\\+-", strings.Repeat("膜", 500), "é́́́", "🧪🧪", "B12", "\xe41100000\xe5!0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := ask(text)
		if len(q.clauses) > clausesMost {
			t.Fatalf("%d clauses", len(q.clauses))
		}
		for _, p := range q.queries() {
			if p.Query == nil {
				t.Fatal("no query")
			}
		}
		m := q.marker(Near)
		joined := ""
		for _, p := range m.whole(text) {
			joined += p.Text
		}
		if joined != text {
			t.Fatalf("marking makes %q of %q", joined, text)
		}
		m.fragment(text, 10)
	})
}
