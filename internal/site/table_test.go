package site_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/identity"
)

const (
	all        = "everybody"
	signedIn   = "whoever is signed in"
	company    = "agents and others of companies"
	instituted = "who acts for a university or an institute"
	editing    = "administrators and editors of universities, institutes and companies"
	mandated   = "agents of companies" // the site lets their colleagues in, the service does not
	bossing    = "administrators of companies"
	selling    = "whoever belongs to a university, an institute or a company"
	answering  = "who writes for a university or an institute"
	operating  = "who acts for a market operator"
	running    = "administrators of organisations"
	belongs    = "who acts for any organisation"
)

// blanks are what stands for a number in a pattern.
var blanks = regexp.MustCompile(`\{\w+\}`)

// permitted says who may use which route. It is written by hand beside the table of the site: both must agree.
var permitted = map[string]string{
	"GET /":                                                all,
	"GET /search":                                          all,
	"GET /lots":                                            all,
	"GET /lots/feed.atom":                                  all,
	"GET /lots/calendar.ics":                               all,
	"GET /organisations/{id}":                              all,
	"GET /sitemap.xml":                                     all,
	"GET /sitemaps/{part}":                                 all,
	"GET /robots.txt":                                      all,
	"GET /lots/{id}":                                       all,
	"GET /lots/{id}/announcement":                          all,
	"GET /lots/{id}/rules.json":                            all,
	"GET /lots/{id}/calendar.ics":                          all,
	"GET /lots/{id}/record.json":                           all,
	"GET /lots/{id}/room":                                  all,
	"GET /lots/{id}/film":                                  all,
	"GET /projects":                                        all,
	"GET /projects/{id}":                                   all,
	"GET /projects/{id}/file.zip":                          signedIn,
	"POST /projects/{id}/commands":                         signedIn,
	"POST /projects/{id}/objections":                       signedIn,
	"GET /projects/{id}/papers/{paper}":                    signedIn,
	"POST /projects/{id}/prices/{price}":                   company,
	"GET /seller/projects":                                 selling,
	"GET /seller/projects/new":                             editing,
	"POST /seller/projects":                                editing,
	"GET /operator/projects":                               operating,
	"GET /operator/calendar":                               operating,
	"POST /operator/calendar":                              operating,
	"POST /operator/calendar/clear":                        operating,
	"GET /needs":                                           all,
	"GET /needs/{id}":                                      all, // by invitation: see TestNeedsAreSeenByWhomTheyMay
	"POST /needs/{id}/answers":                             answering,
	"GET /company/needs":                                   company,
	"POST /company/needs":                                  company,
	"GET /company/needs/new":                               company,
	"GET /company/needs/{id}":                              company,
	"POST /company/needs/{id}":                             company,
	"POST /company/needs/{id}/close":                       company,
	"POST /company/needs/{id}/answers":                     company,
	"GET /company/needs/{id}/matches":                      company,
	"POST /company/needs/{id}/why-not":                     company,
	"GET /seller/matches":                                  instituted,
	"POST /seller/matches/why-not":                         answering,
	"POST /operator/needs/{id}/take-down":                  operating,
	"GET /verify":                                          all,
	"GET /.well-known/corridor-keys.json":                  all,
	"GET /metrics":                                         operating, // and machines at home, see TestMetrics
	"POST /language":                                       all,
	"POST /theme":                                          all,
	"POST /me/organisation":                                signedIn,
	"GET /sign-in":                                         all,
	"POST /sign-in":                                        all,
	"POST /demo/sign-in":                                   all,
	"GET /seller/import":                                   editing,
	"POST /seller/import":                                  editing,
	"GET /seller/import/{upload}":                          editing,
	"POST /seller/import/{upload}":                         editing,
	"GET /seller/import/{upload}/preview":                  editing,
	"POST /seller/import/{upload}/preview":                 editing,
	"GET /seller/import/{upload}/report":                   editing,
	"GET /seller/import/{upload}/report.json":              editing,
	"POST /seller/import/{upload}/discard":                 editing,
	"GET /seller/listings.csv":                             selling,
	"GET /seller/listings.xlsx":                            selling,
	"GET /seller/listings.json":                            selling,
	"POST /sign-out":                                       signedIn,
	"GET /me":                                              signedIn,
	"POST /me/password":                                    signedIn,
	"GET /recover":                                         all,
	"POST /recover":                                        all,
	"GET /recover/{ticket}":                                all, // its bearer, see TestRecovery
	"POST /recover/{ticket}":                               all,
	"POST /sign-in/passkey/options":                        all,
	"POST /sign-in/passkey":                                all,
	"GET /me/security":                                     signedIn,
	"GET /me/activity":                                     signedIn,
	"POST /me/security/confirm":                            signedIn,
	"POST /me/security/sessions/end":                       signedIn,
	"POST /me/security/sessions/end-others":                signedIn,
	"POST /me/security/passkeys/options":                   signedIn,
	"POST /me/security/passkeys":                           signedIn,
	"POST /me/security/passkeys/{passkey}/name":            signedIn,
	"POST /me/security/passkeys/{passkey}/remove":          signedIn,
	"GET /me/notices":                                      signedIn,
	"POST /me/notices/read":                                signedIn,
	"GET /me/notices/{notice}":                             signedIn,
	"GET /me/notices/preferences":                          signedIn,
	"POST /me/notices/preferences":                         signedIn,
	"GET /demo/mailbox":                                    all,
	"GET /demo/mailbox/{letter}":                           all,
	"GET /demo/mailbox/{letter}/html":                      all,
	"GET /search/feed.atom":                                all,
	"GET /search/calendar.ics":                             all,
	"GET /me/watching":                                     signedIn,
	"POST /me/watching":                                    signedIn,
	"GET /me/watching/{watch}":                             signedIn,
	"POST /me/watching/{watch}":                            signedIn,
	"POST /me/watching/{watch}/remove":                     signedIn,
	"POST /listings/{id}/watch":                            signedIn,
	"POST /lots/{id}/watch":                                signedIn,
	"POST /projects/{id}/watch":                            signedIn,
	"POST /organisations/{id}/watch":                       signedIn,
	"POST /listings/{id}/questions":                        signedIn,
	"POST /questions/{question}/answer":                    editing,
	"POST /questions/{question}/hide":                      operating,
	"GET /me/bids":                                         signedIn,
	"POST /lots/{id}/registrations":                        company,
	"POST /lots/{id}/registrations/withdraw":               company,
	"POST /lots/{id}/bids":                                 mandated,
	"GET /lots/{id}/bids/{own}":                            company,
	"GET /me/authority":                                    company,
	"POST /me/authority/rule":                              bossing,
	"POST /me/authority/people/{person}":                   bossing,
	"POST /me/authority/people/{person}/lots":              bossing,
	"POST /me/authority/people/{person}/lots/{lot}/clear":  bossing,
	"GET /listings/{id}":                                   all,
	"GET /seller/listings":                                 selling,
	"GET /seller/listings/new":                             editing,
	"POST /seller/listings":                                editing,
	"GET /seller/listings/{id}":                            selling,
	"POST /seller/listings/{id}":                           editing,
	"GET /seller/listings/{id}/preview":                    selling,
	"GET /seller/listings/{id}/versions":                   selling,
	"POST /seller/listings/{id}/withdraw":                  editing,
	"POST /seller/listings/{id}/reopen":                    editing,
	"GET /operator/listings":                               operating,
	"GET /operator/listings/{id}":                          operating,
	"GET /operator/listings/{id}/versions":                 operating,
	"POST /operator/listings/{id}/return":                  operating,
	"POST /operator/listings/{id}/publish":                 operating,
	"GET /operator":                                        operating,
	"GET /operator/lots/new":                               operating,
	"POST /operator/lots":                                  operating,
	"GET /operator/lots/{id}":                              operating,
	"GET /operator/lots/{id}/console":                      operating,
	"GET /operator/lots/{id}/rules":                        operating,
	"POST /operator/lots/{id}/rules":                       operating,
	"POST /operator/lots/{id}/publish":                     operating,
	"POST /operator/lots/{id}/open":                        operating,
	"POST /operator/lots/{id}/pause":                       operating,
	"POST /operator/lots/{id}/resume":                      operating,
	"POST /operator/lots/{id}/withdraw":                    operating,
	"POST /operator/lots/{id}/annul":                       operating,
	"GET /operator/lots/{id}/registrations":                operating,
	"POST /operator/registrations/{registration}/deposit":  operating,
	"POST /operator/registrations/{registration}/qualify":  operating,
	"POST /operator/registrations/{registration}/reject":   operating,
	"POST /operator/registrations/{registration}/suspend":  operating,
	"GET /listings/{id}/room":                              all,
	"POST /listings/{id}/room/promise":                     signedIn,
	"GET /listings/{id}/room/promises/{promise}":           signedIn,
	"GET /listings/{id}/documents/{document}":              all,
	"GET /seller/listings/{id}/documents":                  selling,
	"POST /seller/listings/{id}/documents":                 editing,
	"POST /seller/listings/{id}/documents/rules":           editing,
	"POST /seller/listings/{id}/documents/{document}":      editing,
	"POST /seller/listings/{id}/documents/{document}/file": editing,
	"POST /seller/listings/{id}/readers/{reader}":          editing,
	"GET /seller/listings/{id}/openings":                   selling,
	"GET /seller/listings/{id}/openings.csv":               selling,
	"GET /operator/listings/{id}/documents":                operating,
	"GET /operator/listings/{id}/openings":                 operating,
	"GET /operator/listings/{id}/openings.csv":             operating,

	"GET /sign-up":           all,
	"POST /sign-up":          all,
	"GET /sign-up/{ticket}":  all, // whoever bears the letter
	"POST /sign-up/{ticket}": all,

	"GET /organisation":                        running,
	"POST /organisation":                       running,
	"POST /organisation/papers":                running,
	"GET /organisation/papers/{paper}":         running,
	"POST /organisation/papers/{paper}/remove": running,
	"POST /organisation/submit":                running,
	"POST /organisation/links":                 running,
	"POST /organisation/links/{link}/end":      running,

	"GET /operator/organisations":                          operating,
	"GET /operator/organisations/{id}":                     operating,
	"POST /operator/organisations/{id}/decide":             operating,
	"POST /operator/organisations/{id}/papers":             operating,
	"GET /operator/organisations/{id}/papers/{paper}":      operating,
	"POST /operator/organisations/{id}/links":              operating,
	"POST /operator/organisations/{id}/links/{link}":       operating,
	"POST /operator/organisations/{id}/links/{link}/end":   operating,
	"GET /operator/alerts":                                 operating,
	"POST /operator/alerts/{alert}":                        operating,
	"GET /organisation/members":                            belongs,
	"POST /organisation/members/invite":                    running,
	"POST /organisation/members/{member}/role":             running,
	"POST /organisation/members/{member}/remove":           belongs,
	"POST /organisation/invitations/{invitation}/resend":   running,
	"POST /organisation/invitations/{invitation}/withdraw": running,
	"GET /invitations/{secret}":                            all,
	"POST /invitations/{secret}":                           signedIn,
	"POST /invitations/{secret}/account":                   all,
	"GET /organisation/mandates":                           belongs,
	"POST /organisation/mandates":                          belongs,
	"POST /organisation/mandates/{mandate}/revoke":         belongs,
	"GET /organisation/mandates/{mandate}/paper":           belongs,
	"GET /operator/mandates":                               operating,
	"GET /operator/mandates/{mandate}/paper":               operating,
	"POST /operator/mandates/{mandate}/accept":             operating,
	"POST /operator/mandates/{mandate}/reject":             operating,
	"POST /operator/mandates/{mandate}/revoke":             operating,
	"POST /me/orcid":                                       signedIn,
}

// open stands outside the pages: files, health, and sockets, which ask for themselves.
var outside = []string{"/static/*", "/healthz", "/readyz", "/live"}

func TestEveryRouteStandsInTheTable(t *testing.T) {
	h := open(t)
	found := map[string]bool{}
	err := chi.Walk(h.site.Routes(), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		route = strings.Replace(route, "/*/", "/", 1)
		if slices.Contains(outside, route) {
			return nil
		}
		key := method + " " + route
		if permitted[key] == "" {
			t.Errorf("%s: nobody has said who may use it", key)
		}
		found[key] = true
		return nil
	})
	must(t, err)
	for key := range permitted {
		if !found[key] {
			t.Errorf("%s: no such route", key)
		}
	}
}

// TestRouteByRole drives every route as everybody. Who may not use it is sent to sign in or refused; who may gets anything
// else.
func TestRouteByRole(t *testing.T) {
	h := open(t, atHomeToNobody)
	h.proxied = true // each at an address of his own: together they ask for more than one may
	id := h.lot()
	agent := h.bidder(id)
	nobody := h.db.Ent().Person.Create().SetEmail("nobody@example.org").SetNameZh("无名").SetDemo(true).SaveX(t.Context())
	roles := map[string]identity.Viewer{
		"visitor":         {},
		"no organisation": {Person: nobody},
		"company agent":   agent,
		"company's chief": h.memberOf(agent.Organisation, membership.RoleADMINISTRATOR),
		"university":      h.memberOf(h.seller, membership.RoleADMINISTRATOR),
		"institute":       h.member(organisation.KindINSTITUTE, membership.RoleAGENT),
		"seller's viewer": h.memberOf(h.seller, membership.RoleVIEWER),
		"broker":          h.member(organisation.KindBROKERAGE, membership.RoleAGENT),
		"operator":        h.operator,
		"operator viewer": h.memberOf(h.operator.Organisation, membership.RoleVIEWER),
		"auction house":   h.member(organisation.KindAUCTION_HOUSE, membership.RoleAGENT),
		"joint office":    h.member(organisation.KindJOINT_OFFICE, membership.RoleADMINISTRATOR),
	}
	for _, r := range identity.Roles {
		if !slices.ContainsFunc(slices.Collect(maps.Values(roles)), func(v identity.Viewer) bool { return v.Role() == r }) {
			t.Errorf("nobody here is %s", r)
		}
	}
	may := map[string]func(string) bool{
		all:      func(string) bool { return true },
		signedIn: func(who string) bool { return who != "visitor" },
		company:  func(who string) bool { return who == "company agent" || who == "company's chief" },
		mandated: func(who string) bool { return who == "company agent" },
		bossing:  func(who string) bool { return who == "company's chief" },
		editing:  func(who string) bool { return who == "university" || who == "company's chief" },
		selling: func(who string) bool {
			return slices.Contains([]string{"university", "institute", "company agent", "company's chief", "seller's viewer"}, who)
		},
		instituted: func(who string) bool {
			return slices.Contains([]string{"university", "institute", "seller's viewer"}, who)
		},
		answering: func(who string) bool { return slices.Contains([]string{"university", "institute"}, who) },
		operating: func(who string) bool { return who == "operator" },
		belongs:   func(who string) bool { return who != "visitor" && who != "no organisation" },
		running: func(who string) bool {
			return slices.Contains([]string{"university", "company's chief", "operator", "joint office"}, who)
		},
	}
	for who, v := range roles {
		t.Run(who, func(t *testing.T) {
			b := h.as(v)
			for key, whom := range permitted {
				if key == "POST /sign-out" || key == "POST /demo/sign-in" || key == "POST /sign-in" || key == "POST /sign-in/passkey" { // would change who asks; driven elsewhere
					continue
				}
				method, pattern, _ := strings.Cut(key, " ")
				pattern = strings.NewReplacer("{member}", "999", "{invitation}", "999", "{mandate}", "999").Replace(pattern) // nobody's
				target := blanks.ReplaceAllString(strings.NewReplacer("{upload}", "none", "{ticket}", "none", "{secret}", "none").Replace(pattern), "1")
				got := b.do(method, target, url.Values{})
				refused := got.status == http.StatusForbidden || got.status == http.StatusUnauthorized ||
					got.status == http.StatusSeeOther && strings.HasPrefix(got.location(), "/sign-in?")
				if want := !may[whom](who); refused != want {
					t.Errorf("%s by %s: %d %s; may use it: %v", key, who, got.status, got.location(), !want)
				}
				if got.status >= http.StatusInternalServerError {
					t.Errorf("%s by %s: %d", key, who, got.status)
				}
			}
		})
	}
}
