package main

import (
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/identity"
)

// staffed is a server with an administrator and an agent of one company, both with passwords, and a market that is not the demo.
func staffed(t *testing.T) (s *server, boss, agent string) {
	t.Helper()
	where := place{Data: t.TempDir()}
	s = newServer(t, where)
	p := openData(t, where)
	p.plant(t)
	agent, org := p.company(t, 1)
	boss = "boss@company.example"
	_, err := p.people.CreatePerson(t.Context(), org, identity.NewPerson{
		Email: boss, NameZH: "管理员", NameEN: "The Administrator", Role: membership.RoleADMINISTRATOR, Password: testPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.db.Close(); err != nil {
		t.Fatal(err)
	}
	s.start()
	return s, boss, agent
}

// The pages about an organisation's people, in both languages and two widths.
func TestMembersPagesAreFitForEverybody(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (make web): %v", err)
	}
	s, boss, agent := staffed(t)
	open := newBrowser(t)
	for _, lang := range []string{"zh-CN", "en"} {
		for _, width := range []int{1440, 390} {
			for email, paths := range map[string][]string{
				boss:  {"/organisation/members", "/organisation/mandates", "/organisation", "/me"},
				agent: {"/organisation/members?as=agent", "/organisation/mandates?as=agent"},
			} {
				w := &window{t, open(lang, width, 900), s.url()}
				w.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}))
				if email != "" {
					w.signIn(email)
				}
				for _, path := range paths {
					if status := w.open(path); status != 200 {
						t.Errorf("%s opens %s: %d", email, path, status)
					}
					w.checkPage(lang, width, path, string(axe))
				}
			}
		}
	}
}
