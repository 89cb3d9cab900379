package site_test

import (
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/site"
)

// What nobody else may know of a lot: its reserve, and of one bidder his sealed maximum, an amount he was refused, and who
// he is.
var (
	reserveFigures = []string{"1234567", "1,234,567", "123.4567"}
	maximumFigures = []string{"2350000", "2,350,000", "235万", "2.35 million"}
	refusedFigures = []string{"7654000", "7,654,000", "765.4"}
)

// leaking is a lot in which one bidder has secrets, and everybody who might read them.
type leaking struct {
	*house
	lot       int
	rival     identity.Viewer
	paddle    string
	rivals    []string // who he is
	strangers map[string]*reader
}

func leak(t *testing.T) *leaking {
	t.Helper()
	// Each reader at an address of his own: together they ask for more than one address may.
	l := &leaking{house: open(t, func(o *site.Options) { o.TrustProxy = true })}
	l.proxied = true
	before := slog.Default() // the saleroom's and the hub's
	slog.SetDefault(slog.New(slog.NewTextHandler(l.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	l.lot = l.lotClosing(auction.Closing{Mode: auction.Manual})
	other := l.bidder(l.lot)
	l.rival = l.bidder(l.lot)
	l.conduct(l.lot, market.OpenNow)
	l.bid(l.as(other), l.lot, "1000000", "PLAIN")
	l.bid(l.as(l.rival), l.lot, "2350000", "MAXIMUM")
	l.bid(l.as(l.rival), l.lot, "7654000", "PLAIN")
	if bids, price := l.standing(l.lot); bids != 2 || price != 105_000_000 {
		t.Fatalf("%d bids at %d: the maximum does not stand", bids, price)
	}
	paddle, err := l.market.Paddle(t.Context(), l.rival, l.lot)
	must(t, err)
	l.paddle = string(paddle)
	l.rivals = []string{l.rival.Organisation.Uscc, l.rival.Organisation.NameZh, l.rival.Organisation.NameEn, l.rival.Person.Email, l.rival.Person.NameZh}
	nobody := l.db.Ent().Person.Create().SetEmail("nobody@example.org").SetNameZh("无名").SetDemo(true).SaveX(t.Context())
	l.strangers = map[string]*reader{
		"visitor": l.visitor(), "another bidder": l.as(other), "no organisation": l.as(identity.Viewer{Person: nobody}),
		"a company that did not apply":  l.as(l.member(organisation.KindCOMPANY, membership.RoleAGENT)),
		"seller":                        l.as(l.memberOf(l.seller, membership.RoleADMINISTRATOR)),
		"institute":                     l.as(l.member(organisation.KindINSTITUTE, membership.RoleAGENT)),
		"broker":                        l.as(l.member(organisation.KindBROKERAGE, membership.RoleAGENT)),
		"auction house":                 l.as(l.member(organisation.KindAUCTION_HOUSE, membership.RoleAGENT)),
		"joint office":                  l.as(l.member(organisation.KindJOINT_OFFICE, membership.RoleADMINISTRATOR)),
		"another operator":              l.as(l.member(organisation.KindMARKET_OPERATOR, membership.RoleADMINISTRATOR)),
		"who looks on for the operator": l.as(l.memberOf(l.operator.Organisation, membership.RoleVIEWER)),
	}
	return l
}

// pages are all that can be read of the lot: every route of the table that answers GET, and the records for each reader.
func (l *leaking) pages() (pages []string) {
	id := path("%d", l.lot)
	for key := range permitted {
		// Two pages of the demo show everybody by name, and are there for that: where to sign in, and everybody's mail. An
		// upload is its owner's own file, and there is none.
		// The register names every organisation to every operator, and no sale.
		method, pattern, _ := strings.Cut(key, " ")
		if pattern == "/operator/organisations" {
			continue
		}
		if method == http.MethodGet && pattern != "/sign-in" && !strings.HasPrefix(pattern, "/demo/mailbox") && !strings.Contains(pattern, "{upload}") {
			pages = append(pages, strings.NewReplacer("{id}", id, "{own}", "1").Replace(pattern))
		}
	}
	return append(pages, "/lots/"+id+"/record.json?for=me", "/lots/"+id+"/record.json?for=auditor", "/lots/"+id+"/room?bid=1",
		"/lots/"+id+"/bids/2", "/lots?state=ended", "/operator/lots/"+id+"/console?ask=pause")
}

// measured are fractions of a second among the figures of the house.
var measured = regexp.MustCompile(`data-now="[0-9]+"|(?m)^(corridor_http_request_seconds\S*) .*$`)

// taken are times and durations in the log: a request that took 765.4 µs tells nothing.
var taken = regexp.MustCompile(`\b(time|took|wait|id)=\S+|\b[0-9.]+(ns|µs|ms|s)\b`)

// mustNotRead holds that none of these stands on any page.
func (l *leaking) mustNotRead(who string, b *reader, pages []string, secrets ...[]string) {
	l.t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		b.lang = lang
		for _, p := range pages {
			got := b.get(p)
			if got.status == http.StatusTooManyRequests {
				l.t.Fatalf("%s has to wait for %s and reads nothing", who, p)
			}
			body := measured.ReplaceAllString(got.body, "")
			for _, s := range slices.Concat(secrets...) {
				if strings.Contains(body, s) {
					l.t.Errorf("%s reads %s on %s", who, s, p)
				}
			}
		}
	}
}

// Who is behind a code, what he has sealed and what the reserve is stands on no page that its reader may not see it on,
// neither during the sale nor after it, and in no line of the log.
func TestPagesTellNobodysSecrets(t *testing.T) {
	l := leak(t)
	own, op := l.as(l.rival), l.as(l.operator)
	l.mustRead(own, path("/lots/%d/room", l.lot), maximumFigures[1], refusedFigures[1]) // else all of this finds nothing
	pages := l.pages()
	openToOperator := func(p string) bool { return strings.HasSuffix(p, "?for=auditor") }
	refused := refusedFigures
	for _, when := range []string{"during the sale", "after it"} {
		if when == "after it" {
			l.conduct(l.lot, market.CloseNow)
			refused = nil // the record tells every attempt, under its code
		}
		for who, b := range l.strangers {
			l.mustNotRead(who+" "+when, b, pages, reserveFigures, maximumFigures, refused, l.rivals)
		}
		l.mustNotRead("the bidder himself "+when, own, pages, reserveFigures)
		l.mustNotRead("the operator "+when, op, slices.DeleteFunc(slices.Clone(pages), openToOperator), reserveFigures, maximumFigures, refused)
		if queue := path("/operator/lots/%d/registrations", l.lot); when == "during the sale" {
			l.mustNotRead("the operator "+when, op, []string{queue}, []string{l.paddle})
		} else {
			l.mustRead(op, queue, l.paddle, l.rival.Organisation.Uscc)
			l.mustRead(op, path("/lots/%d/record.json?for=auditor", l.lot), reserveFigures[0], maximumFigures[0], l.rival.Organisation.Uscc)
		}
	}
	tokens := []string{own.token(), op.token()}
	text := taken.ReplaceAllString(l.log.String(), "")
	if !strings.Contains(text, "/lots/{id}/bids") {
		t.Fatal("the log of the requests is not there")
	}
	for _, s := range slices.Concat(reserveFigures, maximumFigures, refusedFigures, l.rivals, tokens, []string{l.paddle}) {
		if strings.Contains(text, s) {
			t.Errorf("the log tells %s", s)
		}
	}
}

// mustRead holds that a reader finds all of these.
func (l *leaking) mustRead(b *reader, page string, words ...string) {
	l.t.Helper()
	body := b.get(page).body
	for _, s := range words {
		if !strings.Contains(body, s) {
			l.t.Errorf("%s does not stand on %s", s, page)
		}
	}
}
