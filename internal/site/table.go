package site

import (
	"net/http"
	"slices"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/market"
)

// action answers a request or says why not.
type action func(w http.ResponseWriter, r *http.Request) error

// permission says who may use a route. The zero value lets nobody in.
type permission struct {
	roles  []identity.Role
	known  bool                       // somebody must be signed in
	except func(identity.Viewer) bool // of the roles, who may not; nil: nobody
}

var (
	anyone    = permission{roles: identity.Roles}
	people    = permission{roles: identity.Roles, known: true}
	companies = permission{roles: []identity.Role{identity.Company}, known: true}
	sellers   = permission{roles: []identity.Role{identity.Seller, identity.Company}, known: true} // whoever belongs to one
	editors   = permission{
		roles: []identity.Role{identity.Seller, identity.Company}, known: true,
		except: func(v identity.Viewer) bool { return !v.MayList() },
	}
	operators = permission{
		roles: []identity.Role{identity.Operator}, known: true,
		except: func(v identity.Viewer) bool { return !v.Operates() },
	}
)

// refuses returns why a viewer may not use a route; nil if he may.
func (p permission) refuses(v identity.Viewer) error {
	switch {
	case p.known && !v.SignedIn():
		return fault.New(fault.SignIn, "", "")
	case !slices.Contains(p.roles, v.Role()), p.except != nil && p.except(v):
		return fault.New(fault.Forbidden, "", "")
	}
	return nil
}

// route is one line of the table.
type route struct {
	method, pattern string
	who             permission
	do              action
}

// table holds every page and form of the site. What each does to a lot or a person is for the services to allow as well:
// this is the outer door.
func (s *Site) table() []route {
	t := []route{
		{"GET", "/", anyone, s.home},
		{"GET", "/search", anyone, s.search},
		{"GET", "/lots", anyone, s.lots},
		{"GET", "/lots/feed.atom", anyone, s.atom},
		{"GET", "/lots/calendar.ics", anyone, s.sales},
		{"GET", "/organisations/{id}", anyone, s.organisation},
		{"GET", "/sitemap.xml", anyone, s.sitemaps},
		{"GET", "/sitemaps/{part}", anyone, s.sitemapPart},
		{"GET", "/robots.txt", anyone, s.robots},
		{"GET", "/lots/{id}", anyone, s.lot},
		{"GET", "/lots/{id}/announcement", anyone, s.announcement},
		{"GET", "/lots/{id}/rules.json", anyone, s.rules},
		{"GET", "/lots/{id}/calendar.ics", anyone, s.calendar},
		{"GET", "/lots/{id}/record.json", anyone, s.record}, // ?for=me, ?for=auditor: see record.go
		{"GET", "/lots/{id}/room", anyone, s.room},
		{"GET", "/lots/{id}/film", anyone, s.film},
		{"GET", "/projects", anyone, s.projects},
		{"GET", "/projects/{id}", anyone, s.project},
		{"GET", "/projects/{id}/file.zip", people, s.projectFile}, // the seller's and the operator's people
		{"POST", "/projects/{id}/commands", people, s.command},    // who may give which is the room's to say
		{"GET", "/listings/{id}", anyone, s.publicListing},
		{"GET", "/verify", anyone, s.verify},
		{"GET", "/.well-known/corridor-keys.json", anyone, s.keys},
		{"GET", "/metrics", anyone, s.metrics}, // machines at home and operators: see health.go
		{"POST", "/language", anyone, s.setLanguage},
		{"POST", "/theme", anyone, s.setTheme},
		{"GET", "/sign-in", anyone, s.signInPage},
		{"POST", "/sign-in", anyone, s.signIn},

		{"POST", "/sign-out", people, s.signOut},
		{"GET", "/me", people, s.account},
		{"POST", "/me/organisation", people, s.actFor},

		{"GET", "/me/notices", people, s.notices},
		{"POST", "/me/notices/read", people, s.readNotices},
		{"GET", "/me/notices/{notice}", people, s.openNotice}, // his own only
		{"GET", "/me/notices/preferences", people, s.preferences},
		{"POST", "/me/notices/preferences", people, s.setPreferences},

		{"GET", "/me/bids", people, s.ownBids}, // empty for who does not bid
		{"POST", "/lots/{id}/registrations", companies, s.register},
		{"POST", "/lots/{id}/registrations/withdraw", companies, s.takeBack},
		{"POST", "/lots/{id}/bids", companies, s.bid},
		{"GET", "/lots/{id}/bids/{own}", companies, s.receipt},
	}
	t = append(append(t, s.listingTable()...), s.operatorTable()...)
	t = append(t, s.needTable()...)
	t = append(t, s.securityTable()...)
	t = append(t, s.authorityTable()...)
	t = append(t, s.objectionTable()...)
	t = append(t, s.priceTable()...)
	t = append(t, s.documentTable()...)
	t = append(t, s.watchTable()...)
	t = append(append(t, s.organisationTable()...), s.memberTable()...)
	if s.o.Demo {
		t = append(t,
			route{"POST", "/demo/sign-in", anyone, s.demoSignIn},
			route{"GET", "/demo/mailbox", anyone, s.mailbox},
			route{"GET", "/demo/mailbox/{letter}", anyone, s.sent},
			route{"GET", "/demo/mailbox/{letter}/html", anyone, s.sentHTML})
	}
	return t
}

// listingTable holds where listings are written, imported, offered and reviewed.
func (s *Site) listingTable() []route {
	return []route{
		{"GET", "/seller/listings", sellers, s.ownListings},
		{"GET", "/seller/listings/new", editors, s.newListing},
		{"POST", "/seller/listings", editors, s.createListing},
		{"GET", "/seller/listings/{id}", sellers, s.sheet},
		{"POST", "/seller/listings/{id}", editors, s.saveSheet},
		{"GET", "/seller/listings/{id}/preview", sellers, s.previewListing},
		{"GET", "/seller/listings/{id}/versions", sellers, s.listingVersions},
		{"POST", "/seller/listings/{id}/withdraw", editors, s.withdrawListing},
		{"POST", "/seller/listings/{id}/reopen", editors, s.reopenListing},

		{"GET", "/seller/projects", sellers, s.sellerProjects},
		{"GET", "/seller/projects/new", editors, s.newProject},
		{"POST", "/seller/projects", editors, s.openProject},
		{"GET", "/seller/import", editors, s.importStart},
		{"POST", "/seller/import", editors, s.upload}, // 32 MB, see bounded
		{"GET", "/seller/import/{upload}", editors, s.importColumns},
		{"POST", "/seller/import/{upload}", editors, s.setColumns},
		{"GET", "/seller/import/{upload}/preview", editors, s.importPreview},
		{"POST", "/seller/import/{upload}/preview", editors, s.choose},
		{"GET", "/seller/import/{upload}/report", editors, s.importReport},
		{"GET", "/seller/import/{upload}/report.json", editors, s.importReportJSON},
		{"POST", "/seller/import/{upload}/discard", editors, s.discard},
		{"GET", "/seller/listings.csv", sellers, s.export("text/csv; charset=utf-8", "listings.csv", intake.WriteText)},
		{"GET", "/seller/listings.xlsx", sellers, s.export("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "listings.xlsx", asWorkbook)},
		{"GET", "/seller/listings.json", sellers, s.exportJSON},

		{"GET", "/operator/listings", operators, s.submittedListings},
		{"GET", "/operator/listings/{id}", operators, s.reviewListing},
		{"GET", "/operator/listings/{id}/versions", operators, s.reviewVersions},
		{"POST", "/operator/listings/{id}/return", operators, s.returnListing},
		{"POST", "/operator/listings/{id}/publish", operators, s.publishListing},
	}
}

// operatorTable holds where sales are run.
func (s *Site) operatorTable() []route {
	return []route{
		{"GET", "/operator/projects", operators, s.operatorProjects},
		{"GET", "/operator/calendar", operators, s.workingDays},
		{"POST", "/operator/calendar", operators, s.setWorkingDay},
		{"POST", "/operator/calendar/clear", operators, s.clearWorkingDay},
		{"GET", "/operator", operators, s.operatorLots},
		{"GET", "/operator/lots/new", operators, s.newLot},
		{"POST", "/operator/lots", operators, s.createLot},
		{"GET", "/operator/lots/{id}", operators, s.toConsole},
		{"GET", "/operator/lots/{id}/console", operators, s.console},
		{"GET", "/operator/lots/{id}/rules", operators, s.editRules},
		{"POST", "/operator/lots/{id}/rules", operators, s.setRules},
		{"POST", "/operator/lots/{id}/publish", operators, s.publish},
		{"POST", "/operator/lots/{id}/open", operators, s.order(market.OpenNow)},
		{"POST", "/operator/lots/{id}/pause", operators, s.order(market.PauseNow)},
		{"POST", "/operator/lots/{id}/resume", operators, s.order(market.Resume)},
		{"POST", "/operator/lots/{id}/withdraw", operators, s.order(market.Withdraw)},
		{"POST", "/operator/lots/{id}/annul", operators, s.order(market.Annul)},
		{"GET", "/operator/lots/{id}/registrations", operators, s.registrations},
		{"POST", "/operator/registrations/{registration}/deposit", operators, s.decision(s.recordDeposit, "flash_deposit")},
		{"POST", "/operator/registrations/{registration}/qualify", operators, s.decision(s.qualify, "flash_qualified")},
		{"POST", "/operator/registrations/{registration}/reject", operators, s.decision(s.reject, "flash_rejected")},
		{"POST", "/operator/registrations/{registration}/suspend", operators, s.decision(s.suspend, "flash_suspended")},
	}
}
