package needs

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// params are what notices say of a need. Never its company: notices go to those who may not know it.
func params(n *ent.Need) inbox.Params {
	return inbox.Params{"Need": n.Number, "Title_zh": n.Wish.TitleZH, "Title_en": n.Wish.TitleEN}
}

func (s *Service) tellOwner(ctx context.Context, tx *store.Tx, n *ent.Need, k inbox.Kind, key string, p inbox.Params, part string) error {
	return s.herald.Tell(ctx, tx, inbox.News{
		Kind: k, Key: key, Organisation: n.OwnerID, Roles: asking, Params: p, Link: fmt.Sprintf("/company/needs/%d%s", n.ID, part),
	})
}

func (s *Service) tellSeller(ctx context.Context, tx *store.Tx, seller int, k inbox.Kind, key string, p inbox.Params, link string) error {
	return s.herald.Tell(ctx, tx, inbox.News{Kind: k, Key: key, Organisation: seller, Roles: asking, Params: p, Link: link})
}
