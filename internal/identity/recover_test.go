package identity_test

import (
	"context"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/web/locale"
)

const marketOrigin = "https://market.example"

// desk is a service that writes letters and attends to its chores.
type desk struct {
	t     *testing.T
	db    *store.DB
	s     *identity.Service
	inbox *inbox.Service
	log   *strings.Builder

	mu  sync.Mutex
	now time.Time
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) wait(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func openDesk(t *testing.T, db *store.DB) *desk {
	t.Helper()
	d := &desk{t: t, db: db, log: &strings.Builder{}, now: time.Now().Truncate(time.Millisecond)}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	plan, err := agenda.New(agenda.Options{DB: db, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	d.inbox, err = inbox.New(inbox.Options{DB: db, Agenda: plan, Postman: inbox.Shelf{}, Origin: marketOrigin, Now: d.clock, Log: quiet, Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	d.s, err = identity.New(identity.Options{
		Database: db, Herald: d.inbox, Now: d.clock, Cost: cheap, Origin: marketOrigin, Log: slog.New(slog.NewTextHandler(d.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// attend does all chores that wait.
func (d *desk) attend() {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	d.s.Run(ctx)
	if d.log.Len() > 0 {
		d.t.Errorf("the log: %s", d.log)
	}
}

// letters are the letters to an address, the newest first.
func (d *desk) letters(to string) []inbox.Sent {
	d.t.Helper()
	sent, _, _, err := d.inbox.Mailbox(d.t.Context(), to, 1)
	if err != nil {
		d.t.Fatal(err)
	}
	return sent
}

var inLetter = regexp.MustCompile(regexp.QuoteMeta(marketOrigin+identity.RecoverPath) + `([A-Z2-7]+)`)

// secret is the way in of the newest letter to an address.
func (d *desk) secret(to string) string {
	d.t.Helper()
	for _, l := range d.letters(to) {
		if m := inLetter.FindStringSubmatch(l.Text); m != nil {
			return m[1]
		}
	}
	d.t.Fatalf("no letter to %s leads in", to)
	return ""
}

func (d *desk) ask(email string) {
	d.t.Helper()
	if err := d.s.AskRecovery(d.t.Context(), email, peer, locale.EN); err != nil {
		d.t.Fatal(err)
	}
	d.attend()
}

func TestRecovery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		operator(t, d.s, address)
		before, _ := arrive(t, d.s, d.clock(), "before")
		d.ask("  OP@example.org ")
		d.ask("nobody@example.org")
		if n := len(d.letters("nobody@example.org")); n != 0 {
			t.Errorf("%d letters to nobody", n)
		}
		secret := d.secret(address)
		for range 3 { // machines that look at mail
			if email, err := d.s.LookRecovery(t.Context(), secret); err != nil || email != address {
				t.Fatalf("the link leads to %q, %v", email, err)
			}
		}
		if _, err := d.s.Recover(t.Context(), secret, "short", peer); fault.Of(err) != fault.Invalid {
			t.Fatalf("a short password: %v", err)
		}
		d.wait(time.Second)
		ended, err := d.s.Recover(t.Context(), secret, password+"新", peer)
		if err != nil || !ended.Has("before") {
			t.Fatalf("ended %v, %v", ended, err)
		}
		holds(t, d.s, before, false)
		if _, err := d.s.Recover(t.Context(), secret, password+"又", peer); fault.In(err).Problem != "TICKET_VOID" {
			t.Fatalf("used twice: %v", err)
		}
		if _, err := d.s.SignIn(t.Context(), address, password+"新", peer); err != nil {
			t.Fatal(err)
		}
		if _, err := d.s.SignIn(t.Context(), address, password, peer); fault.Of(err) != fault.Credentials {
			t.Fatalf("the old password: %v", err)
		}
		if l := d.letters(address); len(l) != 2 || !strings.Contains(l[0].Subject, "密码") || strings.Contains(l[0].Text, secret) {
			t.Errorf("he is told by %+v", l)
		}
		for _, a := range db.Ent().AuditAction.Query().AllX(t.Context()) {
			if strings.Contains(a.Detail, secret) || strings.Contains(a.Detail, password) {
				t.Errorf("the trail tells a secret: %v", a)
			}
		}
	})
}

func TestALinkIsGoodForAWhileAndOnlyTheNewest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		operator(t, d.s, address)
		d.ask(address)
		first := d.secret(address)
		d.wait(time.Second)
		d.ask(address)
		second := d.secret(address)
		if first == second {
			t.Fatal("two letters with one secret")
		}
		if _, err := d.s.LookRecovery(t.Context(), first); fault.In(err).Problem != "TICKET_VOID" {
			t.Errorf("the first: %v", err)
		}
		d.wait(identity.RecoveryLife - time.Second)
		if _, err := d.s.LookRecovery(t.Context(), second); err != nil {
			t.Errorf("the second, just in time: %v", err)
		}
		d.wait(2 * time.Second)
		if _, err := d.s.Recover(t.Context(), second, password+"新", peer); fault.In(err).Problem != "TICKET_VOID" {
			t.Errorf("the second, too late: %v", err)
		}
		if _, err := d.s.SignIn(t.Context(), address, password, peer); err != nil {
			t.Errorf("the password was changed all the same: %v", err)
		}
	})
}

// Of two windows that redeem one link at once, one sets its password.
func TestALinkIsRedeemedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		operator(t, d.s, address)
		d.ask(address)
		secret := d.secret(address)
		passwords := []string{password + "甲", password + "乙", password + "丙"}
		errs := make([]error, len(passwords))
		var all sync.WaitGroup
		for i, p := range passwords {
			all.Go(func() { _, errs[i] = d.s.Recover(t.Context(), secret, p, peer) })
		}
		all.Wait()
		won := -1
		for i, err := range errs {
			switch {
			case err == nil && won < 0:
				won = i
			case fault.In(err).Problem != "TICKET_VOID":
				t.Errorf("window %d: %v", i, err)
			}
		}
		if won < 0 {
			t.Fatal("none of them")
		}
		if _, err := d.s.SignIn(t.Context(), address, passwords[won], peer); err != nil {
			t.Errorf("the password of the one that won: %v", err)
		}
		if n := db.Ent().AuditAction.Query().Where(auditaction.Action("recovery")).CountX(t.Context()); n != 1 {
			t.Errorf("recovered %d times", n)
		}
	})
}

// The asker learns nothing: not by an answer, and not by what is written before it.
func TestAskingTellsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		operator(t, d.s, address)
		for _, email := range []string{address, "nobody@example.org"} {
			if err := d.s.AskRecovery(t.Context(), email, "peer of "+email, locale.ZH); err != nil {
				t.Errorf("%s: %v", email, err)
			}
			if n := db.Ent().Ticket.Query().CountX(t.Context()); n != 0 {
				t.Errorf("%s: %d tickets before the answer", email, n)
			}
			waits := 0
			for range 5 {
				if fault.Of(d.s.AskRecovery(t.Context(), email, "peer of "+email, locale.ZH)) == fault.TooMany {
					waits++
				}
			}
			if waits != 2 {
				t.Errorf("%s: has to wait %d times of 5", email, waits)
			}
		}
		if err := d.s.AskRecovery(t.Context(), "', --", peer, locale.ZH); fault.Of(err) != fault.Invalid {
			t.Errorf("no address: %v", err)
		}
		for i := range 40 {
			err := d.s.AskRecovery(t.Context(), strings.Repeat("x", i+1)+"@example.org", "one peer", locale.ZH)
			if i == 39 && fault.Of(err) != fault.TooMany {
				t.Errorf("forty addresses by one peer: %v", err)
			}
		}
	})
}

// An invented person of the demo has no password, and gets none; somebody real without one gets his first.
func TestRecoveryWithoutAPassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		db.Ent().Person.Create().SetEmail("demo@example.org").SetNameZh("戏中人").SetDemo(true).ExecX(t.Context())
		db.Ent().Person.Create().SetEmail("keys@example.org").SetNameZh("持钥人").SetLocale("en").ExecX(t.Context())
		d.ask("demo@example.org")
		if n := db.Ent().Ticket.Query().CountX(t.Context()); n != 0 {
			t.Errorf("%d ways in to an invented person", n)
		}
		if l := d.letters("demo@example.org"); len(l) != 1 || !strings.Contains(l[0].Text, "/sign-in") {
			t.Errorf("letters %+v", l)
		}
		d.ask("keys@example.org")
		if l := d.letters("keys@example.org"); l[0].Subject != "Getting back into Corridor" {
			t.Errorf("not in his language: %s", l[0].Subject)
		}
		if _, err := d.s.Recover(t.Context(), d.secret("keys@example.org"), password, peer); err != nil {
			t.Fatal(err)
		}
		if _, err := d.s.SignIn(t.Context(), "keys@example.org", password, peer); err != nil {
			t.Error(err)
		}
	})
}
