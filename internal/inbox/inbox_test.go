package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/letter"
	"github.com/g60-corridor/corridor/ent/mailpreference"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/web/locale"
)

const origin = "https://market.example"

// office is an inbox on a real database, with a postman that the tests command and a clock that they set.
type office struct {
	t      *testing.T
	db     *store.DB
	agenda *agenda.Agenda
	inbox  *inbox.Service
	org    *ent.Organisation

	mu    sync.Mutex
	ahead time.Duration // of the real clock
	taken []inbox.Message
	fails []error // what the postman answers, one after the other; then nil
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Now().Add(o.ahead)
}

// Send implements inbox.Postman.
func (o *office) Send(_ context.Context, m inbox.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.taken = append(o.taken, m)
	if len(o.fails) > 0 {
		err := o.fails[0]
		o.fails = o.fails[1:]
		return err
	}
	return nil
}

func (o *office) sent() []inbox.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.taken)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := &office{t: t, db: db}
		quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
		var err error
		o.agenda, err = agenda.New(agenda.Options{DB: db, Log: quiet})
		must(t, err)
		o.inbox, err = inbox.New(inbox.Options{DB: db, Agenda: o.agenda, Postman: o, Origin: origin, Now: o.now, Log: quiet})
		must(t, err)
		o.org, err = db.Ent().Organisation.Create().SetNameZh("蓝川").SetNameEn("Lanchuan").SetKind(organisation.KindCOMPANY).
			SetUscc("91310117MAD000001X").SetCity("310117").Save(t.Context())
		must(t, err)
		test(t, o)
	})
}

func (o *office) person(role membership.Role, lang string) *ent.Person {
	o.t.Helper()
	n := o.db.Ent().Person.Query().CountX(o.t.Context())
	p, err := o.db.Ent().Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", n)).SetNameZh("某人").SetLocale(lang).Save(o.t.Context())
	must(o.t, err)
	must(o.t, o.db.Ent().Membership.Create().SetPerson(p).SetOrganisation(o.org).SetRole(role).Exec(o.t.Context()))
	return p
}

func (o *office) news(key string) inbox.News {
	return inbox.News{
		Kind: inbox.LotWon, Key: key, Organisation: o.org.ID, Roles: []membership.Role{membership.RoleAGENT}, Link: "/lots/7",
		Params: inbox.Params{"Lot": "G60-7", "Title_zh": "石墨烯<膜>", "Title_en": "Graphene <membrane>", "Price_fen": inbox.Fen(310_000_000)},
	}
}

func (o *office) tell(news ...inbox.News) {
	o.t.Helper()
	must(o.t, o.db.Tx(o.t.Context(), func(tx *store.Tx) error {
		for _, n := range news {
			if err := o.inbox.Tell(o.t.Context(), tx, n); err != nil {
				return err
			}
		}
		return nil
	}))
}

// run runs the agenda to the end of the test.
func (o *office) run() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- o.agenda.Run(ctx) }()
	o.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			o.t.Error(err)
		}
	})
}

func (o *office) until(what string, is func() bool) {
	o.t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			o.t.Fatalf("waited in vain: %s", what)
		}
	}
}

func (o *office) letters(state letter.State) int {
	return o.db.Ent().Letter.Query().Where(letter.StateEQ(state)).CountX(o.t.Context())
}

func TestPeopleAreToldOnceInTheirLanguage(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		zh, en := o.person(membership.RoleAGENT, ""), o.person(membership.RoleAGENT, "en")
		o.person(membership.RoleVIEWER, "en") // is not told
		o.tell(o.news("lot:7:12"), o.news("lot:7:12"))
		o.tell(o.news("lot:7:12"))
		refused := errors.New("no")
		err := o.db.Tx(t.Context(), func(tx *store.Tx) error {
			return errors.Join(o.inbox.Tell(t.Context(), tx, o.news("lot:7:13")), refused)
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if n := o.db.Ent().Notice.Query().CountX(t.Context()); n != 2 {
			t.Fatalf("%d notices, want one for each agent", n)
		}
		o.run()
		o.until("both letters", func() bool { return o.letters(letter.StateSENT) == 2 })
		for _, m := range o.sent() {
			want, other := "石墨烯<膜>”由贵单位以310万元竞得", "hammer"
			if m.To == en.Email {
				want, other = "“Graphene <membrane>”, at ¥3,100,000", "竞得"
			} else if m.To != zh.Email {
				t.Errorf("a letter to %s", m.To)
			}
			if !strings.Contains(m.Text, want) || strings.Contains(m.Text, other) || strings.Contains(m.HTML, "<膜>") || strings.Contains(m.HTML, "<membrane>") {
				t.Errorf("to %s:\n%s\n%s", m.To, m.Text, m.HTML)
			}
			if !strings.Contains(m.Text, origin+"/me/notices/") || !strings.HasSuffix(m.ID, "@market.example") || strings.Contains(m.Text+m.Subject, "{{") {
				t.Errorf("id %s, text %s", m.ID, m.Text)
			}
		}
		if len(o.sent()) != 2 || o.sent()[0].ID == o.sent()[1].ID {
			t.Errorf("%d letters, or the same Message-ID for two", len(o.sent()))
		}
	})
}

// The server fails, then takes the letter: it went out under one Message-ID. What it refuses for good is not tried again.
func TestALetterIsTriedAgainUnderTheSameID(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.person(membership.RoleAGENT, "en")
		o.fails = []error{errors.New("try later"), fmt.Errorf("550: %w", inbox.ErrRefused)}
		o.run()
		o.tell(o.news("first"))
		o.until("the refusal", func() bool { return o.letters(letter.StateFAILED) == 1 })
		if got := o.sent(); len(got) != 2 || got[0].ID != got[1].ID || got[0].ID == "" {
			t.Fatalf("sent %+v", got)
		}
		l := o.db.Ent().Letter.Query().OnlyX(t.Context())
		if l.Attempts != 2 || !strings.Contains(l.Error, "550") || l.SentAt != nil {
			t.Errorf("the letter: %d attempts, error %q", l.Attempts, l.Error)
		}
		o.tell(o.news("second"))
		o.until("the second letter", func() bool { return o.letters(letter.StateSENT) == 1 })
		if n := len(o.sent()); n != 3 {
			t.Errorf("%d sendings", n)
		}
	})
}

// A letter that was sent is not sent again, whoever asks; one that a dead node left in hand is.
func TestASentLetterStaysSent(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.person(membership.RoleAGENT, "en")
		o.tell(o.news("left"))
		client := o.db.Ent()
		client.Letter.Update().SetState(letter.StateSENDING).SetAttempts(1).ExecX(t.Context())
		again := func() {
			id := client.Letter.Query().OnlyIDX(t.Context())
			must(t, o.db.Tx(t.Context(), func(tx *store.Tx) error {
				return o.agenda.Put(t.Context(), tx, agenda.Errand{Kind: "inbox.send", Args: fmt.Appendf(nil, `{"letter":%d}`, id)})
			}))
		}
		o.run()
		o.until("the letter that was left", func() bool { return o.letters(letter.StateSENT) == 1 })
		again()
		o.tell(o.news("mark"))
		o.until("what came after", func() bool { return o.letters(letter.StateSENT) == 2 })
		if n := len(o.sent()); n != 2 {
			t.Errorf("%d sendings", n)
		}
	})
}

func TestOldLettersAreGivenUp(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.person(membership.RoleAGENT, "en")
		o.tell(o.news("old"))
		o.ahead = 4 * 24 * time.Hour
		o.run()
		o.until("the end", func() bool { return o.letters(letter.StateFAILED) == 1 })
		if n := len(o.sent()); n != 0 {
			t.Errorf("%d sendings", n)
		}
	})
}

func TestMailPreferences(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, p := t.Context(), o.person(membership.RoleAGENT, "en")
		prefer := func(m mailpreference.Mode) {
			must(t, o.inbox.Prefer(ctx, p.ID, map[inbox.Topic]mailpreference.Mode{inbox.Outcomes: m}))
		}
		prefer(mailpreference.ModeOFF)
		o.tell(o.news("off"))
		if n := o.db.Ent().Letter.Query().CountX(ctx); n != 0 {
			t.Fatalf("%d letters to somebody who wishes none", n)
		}
		prefer(mailpreference.ModeDAILY)
		o.tell(o.news("one"), o.news("two"), o.news("three"))
		read := o.db.Ent().Notice.Query().Order(ent.Desc("id")).FirstX(ctx)
		_, err := o.inbox.Open(ctx, p.ID, read.ID)
		must(t, err)
		var waiting int
		must(t, o.db.SQL().QueryRow("SELECT count(*) FROM river_job WHERE kind = 'inbox.digest' AND state = 'scheduled'").Scan(&waiting))
		if waiting != 1 {
			t.Fatalf("%d daily letters wait, want one", waiting)
		}
		modes, err := o.inbox.Preferences(ctx, p.ID)
		must(t, err)
		if modes[inbox.Outcomes] != mailpreference.ModeDAILY || modes[inbox.Sales] != mailpreference.ModeAT_ONCE {
			t.Errorf("modes %v", modes)
		}
		err = o.inbox.Prefer(ctx, p.ID, map[inbox.Topic]mailpreference.Mode{"OTHER": "HOURLY"})
		if fault.Of(err) != fault.Invalid {
			t.Errorf("an unknown wish: %v", err)
		}
		// The day's errand is done twice, as after a crash: one letter, with what was not read.
		o.run()
		for range 2 {
			must(t, o.db.Tx(ctx, func(tx *store.Tx) error {
				return o.agenda.Put(ctx, tx, agenda.Errand{Kind: "inbox.digest", Args: fmt.Appendf(nil, `{"person":%d,"day":"2026-11-27"}`, p.ID)})
			}))
		}
		o.until("the daily letter", func() bool { return o.letters(letter.StateSENT) == 1 })
		must(t, err2(o.db.SQL().Exec("UPDATE notices SET mailed_at = NULL"))) // as if the first had not noted it
		must(t, o.db.Tx(ctx, func(tx *store.Tx) error {
			return o.agenda.Put(ctx, tx, agenda.Errand{Kind: "inbox.digest", Args: fmt.Appendf(nil, `{"person":%d,"day":"2026-11-27"}`, p.ID)})
		}))
		o.until("the errand", func() bool {
			var left int
			must(t, o.db.SQL().QueryRow("SELECT count(*) FROM river_job WHERE kind = 'inbox.digest' AND state <> 'completed'").Scan(&left))
			return left == 1 // tomorrow's
		})
		got := o.sent()
		if len(got) != 1 || got[0].Subject != "3 notices from Corridor" || strings.Count(got[0].Text, "/me/notices/") != 4 {
			t.Errorf("sent %+v", got)
		}
	})
}

func err2(_ any, err error) error { return err }

func TestReading(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, p, other := t.Context(), o.person(membership.RoleAGENT, "en"), o.person(membership.RoleAGENT, "en")
		for i := range 45 {
			o.tell(o.news(fmt.Sprint(i)))
		}
		f, err := o.inbox.Notices(ctx, p.ID, 2)
		must(t, err)
		if f.Total != 45 || f.Unread != 45 || f.Pages != 2 || f.Page != 2 || len(f.Notices) != 15 {
			t.Errorf("found %d of %d, unread %d, page %d of %d", len(f.Notices), f.Total, f.Unread, f.Page, f.Pages)
		}
		if _, err := o.inbox.Open(ctx, other.ID, f.Notices[0].ID); fault.Of(err) != fault.NotFound {
			t.Errorf("somebody else's notice: %v", err)
		}
		n, err := o.inbox.Open(ctx, p.ID, f.Notices[0].ID)
		must(t, err)
		if inbox.Title(locale.EN, n) != "You won lot G60-7" || inbox.Title(locale.ZH, n) != "您已竞得标的G60-7" {
			t.Errorf("titles %q, %q", inbox.Title(locale.EN, n), inbox.Title(locale.ZH, n))
		}
		must(t, o.inbox.ReadAll(ctx, p.ID, f.Notices[0].ID))
		if n, err := o.inbox.Unread(ctx, p.ID); err != nil || n != 30 {
			t.Errorf("unread %d, %v", n, err)
		}
		if n, err := o.inbox.Unread(ctx, other.ID); err != nil || n != 45 {
			t.Errorf("unread of the other %d, %v", n, err)
		}
		if _, _, _, err := o.inbox.Mailbox(ctx, "", 1); fault.Of(err) != fault.NotFound {
			t.Errorf("letters are shown outside the demo: %v", err)
		}
	})
}
