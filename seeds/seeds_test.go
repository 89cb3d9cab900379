package seeds

import (
	"slices"
	"strings"
	"testing"
)

func TestCatalogueIsWhole(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Listings) < 40 || len(c.Listings)%19 == 0 { // the demo shuffles them in steps of 19
		t.Errorf("%d listings, at least 40 are promised", len(c.Listings))
	}
	orgs := map[string]Organisation{}
	cities := map[string]int{}
	for _, o := range c.Organisations {
		if o.ZH == "" || o.EN == "" || o.AboutZH == "" || o.AboutEN == "" {
			t.Errorf("%s lacks a language", o.ID)
		}
		orgs[o.ID] = o
	}
	fields := map[string]int{}
	for _, l := range c.Listings {
		if l.ZH == "" || l.EN == "" || l.SummaryZH == "" || l.SummaryEN == "" || len(l.Inventors) == 0 || slices.ContainsFunc(l.Inventors, func(n string) bool { return !strings.Contains(n, " / ") }) || len(l.IPC) == 0 {
			t.Errorf("%s is incomplete", l.EN)
		}
		if l.TRL < 1 || l.TRL > 9 || l.StartWan <= 0 || len(l.Rights) == 0 {
			t.Errorf("%s: TRL %d, start %d, rights %v", l.EN, l.TRL, l.StartWan, l.Rights)
		}
		cities[orgs[l.Seller].City]++
		fields[l.Field]++
	}
	if len(cities) != 9 || cities[""] != 0 {
		t.Errorf("cities %v: nine are promised", cities)
	}
	for _, f := range []string{"AI", "IC", "BIO", "HEE", "NE", "NM", "NEV"} {
		if fields[f] == 0 {
			t.Errorf("no listing in field %s", f)
		}
	}
	for _, p := range c.People {
		if orgs[p.Organisation].ID == "" {
			t.Errorf("%s belongs to nobody", p.Email)
		}
	}
}

func TestRuleSetsAreValid(t *testing.T) {
	names := RuleSets()
	if len(names) == 0 {
		t.Fatal("no rule sets")
	}
	for _, n := range names {
		if _, err := Rules(n); err != nil {
			t.Error(err)
		}
	}
}
