package site_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
)

// indexed waits until the search has all that is published.
func (h *house) indexed(n int) {
	h.t.Helper()
	b := h.visitor()
	b.lang = "en"
	for range 400 {
		if got := b.get("/search"); strings.Contains(got.body, `class="found">`+path("%d result", n)) && !strings.Contains(got.body, "<progress") {
			return
		}
		h.search.Ring()
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatal("the search does not come up")
}

func (h *house) publish(zh, en string) int {
	l := h.db.Ent().Listing.Create().SetNumber("N-" + en).SetTitleZh(zh).SetTitleEn(en).SetField(listing.FieldNM).SetTrl(5).SetRights([]string{"ASSIGN"}).
		SetInventors([]string{"甲"}).SetCity("310117").SetSeller(h.seller).SetStatus(listing.StatusPUBLISHED).SetDemo(true).SaveX(h.t.Context())
	return l.ID
}

const hostileText = `"><script>alert(1)</script>`

func TestASearchIsSavedAndTellsWhatIsNew(t *testing.T) {
	h := open(t)
	h.indexed(1)
	me := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	b := h.as(me)
	b.lang = "en"
	if got := h.visitor().get("/search?q=graphene"); !strings.Contains(got.body, `href="/sign-in?next=%2Fsearch%3Fq%3Dgraphene"`) {
		t.Error("a visitor is not told how to save a search")
	}
	if got := b.get("/search"); strings.Contains(got.body, `action="/me/watching"`) {
		t.Error("a search for everything can be saved")
	}
	if got := b.get("/search?q=graphene&city=310117"); !strings.Contains(got.body, `name="query" value="q=graphene&amp;city=310117"`) {
		t.Error("the form does not hold the search")
	}
	for _, f := range []url.Values{
		{"kind": {"SEARCH"}, "query": {"q=graphene"}, "name": {""}, "how": {"DAILY"}},
		{"kind": {"SEARCH"}, "query": {"q=graphene"}, "name": {strings.Repeat("长", 81) + hostileText}, "how": {"DAILY"}},
		{"kind": {"SEARCH"}, "query": {""}, "name": {hostileText}, "how": {"DAILY"}},
		{"kind": {"LOTS"}, "query": {"date=" + hostileText}, "name": {hostileText}, "how": {hostileText}},
	} {
		got := b.post("/me/watching", f)
		if got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, hostileText) || !strings.Contains(got.body, "field-fault") {
			t.Errorf("%v: %d", f, got.status)
		}
	}
	if got := b.post("/me/watching", url.Values{"kind": {"SEARCH"}, "query": {"q=graphene"}, "name": {hostileText}, "how": {"AT_ONCE"}}); got.location() != "/me/watching" {
		t.Fatalf("%d to %s", got.status, got.location())
	}
	h.publish("石墨烯电池", "Graphene battery")
	must(t, h.watch.Follow(t.Context()))
	got := b.get("/me/watching")
	if strings.Contains(got.body, hostileText) || !strings.Contains(got.body, "New since: 1") || !strings.Contains(got.body, `href="/search?q=graphene"`) {
		t.Error("the list does not tell what is new")
	}
	if got := b.get("/me/notices"); strings.Contains(got.body, hostileText) || !strings.Contains(got.body, "“Graphene battery”") {
		t.Error("the notice does not name the result")
	}
	if got := b.get("/me/notices/1"); got.location() != "/me/watching/1" {
		t.Errorf("the notice leads to %s", got.location())
	}
	if got := b.get("/me/watching/1"); got.status != http.StatusOK || !strings.Contains(got.body, "Graphene battery") || strings.Contains(got.body, hostileText) {
		t.Errorf("%d", got.status)
	}
	other := h.as(h.member(organisation.KindCOMPANY, membership.RoleAGENT))
	for _, p := range []string{"/me/watching/1", "/me/watching/1/remove"} {
		if other.get("/me/watching/1").status != http.StatusNotFound || other.post(p, url.Values{"name": {"x"}, "how": {"NONE"}}).status != http.StatusNotFound {
			t.Errorf("%s is somebody else's", p)
		}
	}
	if got := b.post("/me/watching/1", url.Values{"name": {""}, "how": {"NONE"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `id="w1-name-fault"`) {
		t.Errorf("no name: %d", got.status)
	}
	if got := b.post("/me/watching/1", url.Values{"name": {"renamed"}, "how": {"NONE"}}); got.location() != "/me/watching#watch-1" || !strings.Contains(b.get("/me/watching").body, "renamed") {
		t.Errorf("renamed: %d", got.status)
	}
	b.post("/me/watching/1/remove", nil)
	if got := b.get("/me/watching"); strings.Contains(got.body, "renamed") || !strings.Contains(got.body, "No saved searches yet") {
		t.Error("it is still there")
	}
}

func TestThingsAreWatchedByTheirPages(t *testing.T) {
	h := open(t)
	lot := h.lot()
	me := h.member(organisation.KindBROKERAGE, membership.RoleAGENT)
	b := h.as(me)
	b.lang = "en"
	for _, p := range []string{path("/listings/%d", h.listing.ID), path("/lots/%d", lot), path("/organisations/%d", h.seller.ID)} {
		if got := h.visitor().get(p); !strings.Contains(got.body, "/sign-in?next="+url.QueryEscape(p)) {
			t.Errorf("%s does not say how to watch it", p)
		}
		for on, shows := range map[string]string{"begin": `value="end"`, "end": `value="begin"`} {
			if got := b.post(p+"/watch", url.Values{"on": {on}}); got.location() != p {
				t.Fatalf("%s %s: %d to %s", p, on, got.status, got.location())
			}
			if got := b.get(p); !strings.Contains(got.body, shows) {
				t.Errorf("%s after %s has no %s", p, on, shows)
			}
		}
		if got := b.post(p+"/watch", url.Values{"on": {"sideways"}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", p, got.status)
		}
		b.post(p+"/watch", url.Values{"on": {"begin"}})
	}
	if got := b.get("/me/watching"); strings.Count(got.body, `class="entry watched"`) != 3 {
		t.Error("not all three are listed")
	}
	h.conduct(lot, market.OpenNow)
	must(t, h.watch.Follow(t.Context()))
	if got := b.get("/me/notices"); !strings.Contains(got.body, "bidding is open") {
		t.Error("the watcher of a lot is not told that it opens")
	}
	company := h.organisation(organisation.KindCOMPANY)
	if got := b.post(path("/organisations/%d/watch", company.ID), url.Values{"on": {"begin"}}); got.status != http.StatusNotFound {
		t.Errorf("a bidder can be watched: %d", got.status)
	}
}

func TestQuestionsOnAListing(t *testing.T) {
	h := open(t)
	page := path("/listings/%d", h.listing.ID)
	asker := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	b, editor, visitor := h.as(asker), h.as(h.memberOf(h.seller, membership.RoleEDITOR)), h.visitor()
	for _, r := range []*reader{b, editor, visitor} {
		r.lang = "en"
	}
	if got := b.post(page+"/questions", url.Values{"question": {strings.Repeat("长", 1001) + hostileText}}); got.status != http.StatusUnprocessableEntity ||
		strings.Contains(got.body, hostileText) || !strings.Contains(got.body, strings.Repeat("长", 1001)) || !strings.Contains(got.body, "up to 1,000") {
		t.Errorf("%d: what was typed is lost, or not escaped", got.status)
	}
	if got := b.post(page+"/questions", url.Values{"question": {"How thick? " + hostileText}}); got.location() != page+"#question-1" {
		t.Fatalf("%d to %s", got.status, got.location())
	}
	if strings.Contains(visitor.get(page).body, "How thick?") {
		t.Error("what is not answered is read by everybody")
	}
	if got := editor.get(page); !strings.Contains(got.body, "How thick?") || !strings.Contains(got.body, "/questions/1/answer") || strings.Contains(got.body, `id="ask"`) {
		t.Error("the seller cannot answer, or asks himself")
	}
	if got := editor.post("/questions/1/answer", url.Values{"version": {"1"}, "answer": {strings.Repeat("x", 4001)}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "up to 4,000") {
		t.Errorf("%d", got.status)
	}
	if got := editor.post("/questions/1/answer", url.Values{"version": {"1"}, "answer": {"Two microns " + hostileText}}); got.location() != page+"#question-1" {
		t.Fatalf("%d", got.status)
	}
	if got := editor.post("/questions/1/answer", url.Values{"version": {"1"}, "answer": {"Three"}}); got.status != http.StatusConflict || !strings.Contains(got.body, "Three") {
		t.Errorf("%d: a stale answer", got.status)
	}
	lot := h.lot()
	for _, p := range []string{page, path("/lots/%d", lot)} {
		got := visitor.get(p)
		if !strings.Contains(got.body, "Two microns") || !strings.Contains(got.body, "Asked by a company") || strings.Contains(got.body, hostileText) {
			t.Errorf("%s does not tell everybody the answer", p)
		}
		for _, who := range []string{asker.Organisation.NameZh + "<", asker.Organisation.NameEn + "<", asker.Person.Email, asker.Person.NameZh} {
			for _, r := range []*reader{visitor, editor} {
				if strings.Contains(r.get(p).body, who) {
					t.Errorf("%s tells that %s has asked", p, who)
				}
			}
		}
	}
	if got := editor.post("/questions/1/hide", url.Values{"version": {"2"}, "reason": {"x"}}); got.status != http.StatusForbidden {
		t.Errorf("the seller hides: %d", got.status)
	}
	operator := h.as(h.operator)
	if got := operator.post("/questions/1/hide", url.Values{"version": {"3"}, "reason": {""}}); got.status != http.StatusConflict && got.status != http.StatusUnprocessableEntity {
		t.Errorf("no reason: %d", got.status)
	}
	if got := operator.post("/questions/1/hide", url.Values{"version": {"2"}, "reason": {"rude " + hostileText}}); got.location() != page+"#question-1" {
		t.Fatalf("%d", got.status)
	}
	if got := visitor.get(page); strings.Contains(got.body, "How thick?") || strings.Contains(got.body, "Two microns") || !strings.Contains(got.body, "rude ") || strings.Contains(got.body, hostileText) {
		t.Error("it is not hidden, or without its reason")
	}
}

// What is confidential stands on no page of a stranger.
func TestConfidentialQuestionsDoNotLeak(t *testing.T) {
	l := leak(t)
	ctx := t.Context()
	other := l.publish("气凝胶", "Aerogel")
	asker := l.member(organisation.KindCOMPANY, membership.RoleAGENT)
	id, err := l.enquiry.Ask(ctx, asker, other, "SECRETQUESTION")
	must(t, err)
	editor := l.memberOf(l.seller, membership.RoleEDITOR)
	must(t, l.enquiry.Answer(ctx, editor, id, 1, "SECRETANSWER", true))
	l.indexed(2)
	page := path("/listings/%d", other)
	pages := []string{page, "/search?q=SECRETANSWER", "/search/feed.atom", "/search/calendar.ics", "/lots", "/sitemap.xml", path("/organisations/%d", l.seller.ID)}
	for who, b := range l.strangers {
		if who == "seller" || who == "another operator" { // he is the seller here too; operators review all listings
			continue
		}
		l.mustNotRead(who, b, pages, []string{"SECRETQUESTION", "SECRETANSWER</"})
	}
	for who, v := range map[string]identity.Viewer{"asker": asker, "seller": editor, "operator": l.operator} {
		if got := l.as(v).get(page); !strings.Contains(got.body, "SECRETANSWER") {
			t.Errorf("%s does not read it", who)
		}
	}
	must(t, l.watch.Follow(ctx))
	if strings.Contains(l.log.String(), "SECRETANSWER</") || strings.Contains(l.log.String(), "SECRETQUESTION") {
		t.Error("the log tells it")
	}
}

func TestEverySearchIsAFeedAndACalendar(t *testing.T) {
	h := open(t)
	h.publish("气凝胶 & <b>", "Aerogel & <b>")
	lot := h.lot()
	h.indexed(2)
	b := h.visitor()
	b.lang = "en"
	if got := b.get("/search?q=graphene&sort=price&page=1"); !strings.Contains(got.body, `href="/search/feed.atom?q=graphene"`) || !strings.Contains(got.body, `rel="alternate" type="text/calendar"`) {
		t.Error("the page does not lead to its feed")
	}
	var feed struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Entries []struct {
			ID    string `xml:"id"`
			Title string `xml:"title"`
		} `xml:"entry"`
	}
	read := func(p string) (got answer) {
		t.Helper()
		feed.Entries = nil
		if got = b.get(p); got.status != http.StatusOK {
			t.Fatalf("%s: %d", p, got.status)
		}
		must(t, xml.Unmarshal([]byte(got.body), &feed))
		return got
	}
	read("/search/feed.atom")
	if len(feed.Entries) != 2 {
		t.Errorf("%d entries", len(feed.Entries))
	}
	got := read("/search/feed.atom?q=aerogel&sort=price")
	if len(feed.Entries) != 1 || feed.Entries[0].Title != "Aerogel & <b>" || !strings.HasSuffix(feed.ID, "/search/feed.atom?q=aerogel") || !strings.Contains(feed.Title, "aerogel") {
		t.Errorf("%+v", feed)
	}
	request, err := http.NewRequest(http.MethodGet, h.server.URL+"/search/feed.atom?q=aerogel&sort=price", nil)
	must(t, err)
	request.Header.Set("Accept-Language", "en")
	request.Header.Set("If-None-Match", got.header.Get("ETag"))
	if again := b.send(request); again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("the same again: %d", again.status)
	}
	read("/search/feed.atom?q=aerogal") // comes near alone
	if len(feed.Entries) != 0 {
		t.Error("a feed holds what only comes near")
	}
	sequence := func() (uid, n string) {
		got := b.get("/search/calendar.ics?q=graphene")
		cal, err := ical.ParseCalendar(strings.NewReader(got.body))
		must(t, err)
		if events := cal.Events(); len(events) == 1 {
			return events[0].Id(), events[0].GetProperty(ical.ComponentPropertySequence).Value
		}
		t.Fatalf("not one event: %s", got.body)
		return "", ""
	}
	uid, before := sequence()
	h.conduct(lot, market.OpenNow)
	h.conduct(lot, market.PauseNow)
	for range 200 { // the projection follows the log
		if _, after := sequence(); after > before {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if same, after := sequence(); same != uid || after <= before {
		t.Errorf("%s %s became %s %s", uid, before, same, after)
	}
	if got := b.get("/search/calendar.ics?q=aerogel"); strings.Contains(got.body, "VEVENT") {
		t.Error("an event without a lot")
	}
	if got := b.get("/search/feed.atom?q=" + strings.Repeat("x", 201)); got.status != http.StatusUnprocessableEntity {
		t.Errorf("%d", got.status)
	}
}
