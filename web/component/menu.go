package component

import (
	"context"
	"strings"
)

// Door is an entry of a menu: where it leads and the key of its words.
type Door struct{ Path, Words string }

// public are the doors that stand open to everybody.
var public = []Door{{"/lots", "nav_lots"}, {"/projects", "nav_projects"}, {"/needs", "nav_needs"}}

// desk are the doors to a visitor's daily work for his organisation. Each is called what the page behind it is called.
func (v *Visit) desk() (doors []Door) {
	add := func(may bool, d ...Door) {
		if may {
			doors = append(doors, d...)
		}
	}
	add(v.MayBid, Door{"/me/bids", "nav_bids"})
	add(v.Asks, Door{"/company/needs", "need_own"})
	add(v.MayList, Door{"/seller/listings", "ls_title"}, Door{"/seller/projects", "pj_mine_title"})
	add(v.Answers, Door{"/seller/matches", "fits_seller"})
	add(v.Asks, Door{"/me/authority", "authority_nav"})
	add(v.Operator, Door{"/operator", "op_title"}, Door{"/operator/listings", "lr_title"}, Door{"/operator/projects", "pj_queue_title"},
		Door{"/operator/organisations", "oo_title"}, Door{"/operator/mandates", "mandates_queue"}, Door{"/operator/alerts", "al_title"},
		Door{"/operator/calendar", "cal_title"})
	return doors
}

// own are the doors to what is the visitor's himself.
func (v *Visit) own() []Door {
	doors := []Door{{"/me", "nav_account"}, {"/me/watching", "watching_title"}, {"/me/security", "security_title"}, {"/me/activity", "activity_title"},
		{"/me/notices/preferences", "nav_preferences"}}
	if v.Administers {
		doors = append(doors, Door{"/organisation", "org_title"}, Door{"/organisation/members", "members_title"})
	}
	return doors
}

// current is the door behind which a page lies: of those whose path begins its address, the longest.
func current(ctx context.Context, doors []Door) (path string) {
	for _, d := range doors {
		if here(ctx, d.Path) && len(d.Path) > len(path) {
			path = d.Path
		}
	}
	return path
}

// here says whether the page of a request is at a path or below it.
func here(ctx context.Context, path string) bool {
	p, _, _ := strings.Cut(Visiting(ctx).Path, "?")
	return p == path || strings.HasPrefix(p, path+"/")
}
