package inbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/letter"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// What a person wishes for one matter counts for it, whatever he wishes for its topic; and he alone is told.
func TestAMatterHasAWishOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.person(membership.RoleVIEWER, "en")
		o.person(membership.RoleAGENT, "en") // whose roles would fit is not meant
		own := func(key string, m notice.Mail) inbox.News {
			n := o.news(key)
			n.Organisation, n.Person, n.Mail = 0, p.ID, m
			return n
		}
		o.tell(own("now", notice.MailAT_ONCE), own("daily", notice.MailDAILY), own("never", notice.MailOFF), own("daily", notice.MailDAILY))
		if n := o.db.Ent().Notice.Query().CountX(t.Context()); n != 3 {
			t.Errorf("%d notices", n)
		}
		o.run()
		o.until("the letter at once", func() bool { return o.letters(letter.StateSENT) == 1 })
		must(t, o.db.Tx(t.Context(), func(tx *store.Tx) error {
			return o.agenda.Put(t.Context(), tx, agenda.Errand{Kind: "inbox.digest", Args: fmt.Appendf(nil, `{"person":%d,"day":"2026-11-27"}`, p.ID)})
		}))
		o.until("the daily letter", func() bool { return o.letters(letter.StateSENT) == 2 })
		if last := o.sent()[1]; strings.Count(last.Text, "/me/notices/") != 2 { // the one that was put off, and the preferences
			t.Errorf("the daily letter tells: %s", last.Text)
		}
	})
}
