package tidy

import (
	"slices"
	"strings"
	"testing"
)

// room is a row of the import table. A name stands for the folder itself, "ent/…" for all below it too.
type room struct {
	may   []string // of the house
	tests []string // its tests besides; all tests may use the kits
}

// Sets of rooms for short.
var (
	rules = []string{"internal/money", "internal/calendar", "internal/ident", "internal/subject", "internal/matching", "internal/exclusion", "internal/standing",
		"internal/auction", "internal/trade", "internal/feed", "internal/proof"}
	kits = []string{"internal/auction/auctiontest", "internal/hub/hubtest", "internal/saleroom/logtest", "internal/store/storetest", "internal/depot/depottest", "seeds"}
	ent  = "ent/…"
)

func list(parts ...any) (names []string) {
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			names = append(names, p)
		case []string:
			names = append(names, p...)
		}
	}
	return names
}

// rooms is the whole house. Whoever is not in it fails; whatever is not listed must not be imported.
var rooms = map[string]room{
	// rules
	"internal/money":               {},
	"internal/calendar":            {},
	"internal/ident":               {may: list("internal/money")},
	"internal/subject":             {may: list("internal/money", "internal/ident")},
	"internal/matching":            {may: list("internal/money", "internal/ident", "internal/subject")},
	"internal/exclusion":           {may: list("internal/ident")},
	"internal/standing":            {},
	"internal/auction":             {may: list("internal/money", "internal/ident")},
	"internal/auction/auctiontest": {may: list("internal/money", "internal/auction")},
	"internal/trade":               {may: list("internal/money", "internal/calendar", "internal/auction")},
	"internal/feed":                {may: list("internal/money", "internal/auction")},
	"internal/proof":               {may: list("internal/money", "internal/auction")},
	// at work
	"internal/fault":            {},
	"internal/safe":             {},
	"internal/saleroom":         {may: list("internal/auction")},
	"internal/saleroom/logtest": {may: list("internal/auction")},
	"internal/hub":              {may: list("internal/money", "internal/auction", "internal/feed")},
	"internal/hub/hubtest":      {may: list("internal/money", "internal/auction")},
	"internal/agenda":           {may: list("internal/store"), tests: list(ent)},
	"internal/depot":            {may: list("internal/fault")},
	"internal/depot/depottest":  {},
	"internal/stamp":            {},
	"internal/identity":         {may: list("internal/safe", "internal/money", "internal/ident", "internal/fault", "internal/store", "internal/inbox", "internal/depot", "internal/agenda", "internal/standing", "internal/exclusion", "web/locale", ent)},
	"internal/intake":           {may: list("internal/money", "internal/ident", "internal/fault")},
	"internal/search":           {may: list("internal/ident", "internal/subject", "internal/auction", "internal/trade", "internal/store", ent), tests: list("internal/money")},
	"internal/inbox":            {may: list("internal/money", "internal/fault", "internal/store", "internal/agenda", "web/locale", ent)},
	"internal/authority": {may: list("internal/money", "internal/auction", "internal/feed", "internal/fault", "internal/store", "internal/identity", "internal/inbox", ent),
		tests: list("internal/saleroom", "internal/proof")},
	"internal/dataroom": {may: list(rules, "internal/fault", "internal/store", "internal/identity", "internal/inbox", "internal/depot", "internal/stamp", ent),
		tests: list("internal/agenda", "web/locale")},
	"internal/market": {may: list(rules, "internal/safe", "internal/fault", "internal/store", "internal/identity", "internal/inbox", "internal/intake", ent),
		tests: list("internal/agenda", "web/locale")},
	"internal/project": {may: list("internal/money", "internal/calendar", "internal/auction", "internal/trade", "internal/fault", "internal/store", "internal/identity",
		"internal/depot", "internal/market", "internal/agenda", "internal/inbox", ent), tests: list("internal/proof", "internal/exclusion", "internal/authority")},
	"internal/needs": {may: list(rules, "internal/fault", "internal/store", "internal/agenda", "internal/identity", "internal/inbox", "internal/search",
		"internal/market", ent), tests: list("web/locale")},
	"internal/watch": {may: list("internal/auction", "internal/fault", "internal/identity", "internal/inbox", "internal/search", "internal/store", ent),
		tests: list("internal/agenda", "web/locale")},
	"internal/enquiry": {may: list("internal/fault", "internal/identity", "internal/inbox", "internal/store", ent),
		tests: list("internal/agenda", "internal/auction", "web/locale")},
	"internal/replay": {may: list("internal/money", "internal/auction")},
	"internal/demo": {may: list("internal/money", "internal/ident", "internal/matching", "internal/subject", "internal/auction", "internal/fault", "internal/store", "internal/identity",
		"internal/dataroom", "internal/depot", "internal/market", "internal/project", "internal/needs", "internal/agenda", "internal/calendar", "internal/trade",
		"internal/standing", "internal/stamp", "seeds", ent), tests: list("internal/proof", "internal/inbox")},
	"internal/bench": {may: list(rules, "internal/fault", "internal/saleroom", "internal/hub", "internal/bus", "internal/store", "internal/live", "internal/identity", "internal/intake",
		"internal/dataroom", "internal/market", "internal/enquiry", "internal/search", "internal/site", "internal/store/pgserver", ent)},
	// edges
	"internal/store":           {may: list(rules, "internal/fault", ent), tests: list("internal/store/pgserver")},
	"internal/store/pgserver":  {},
	"internal/store/storetest": {may: list("internal/store", "internal/store/pgserver")},
	"internal/bus":             {may: list("internal/auction")},
	"internal/post":            {may: list("internal/inbox")},
	"internal/live":            {may: list("internal/money", "internal/auction", "internal/feed", "internal/hub", "internal/identity", "internal/fault")},
	"internal/site": {may: list(rules, "internal/fault", "internal/identity", "internal/authority", "internal/dataroom", "internal/market", "internal/project", "internal/needs",
		"internal/watch", "internal/enquiry", "internal/intake", "internal/search", "internal/inbox", "internal/hub", ent,
		"web", "web/page", "web/component", "web/form", "web/locale"),
		tests: list("internal/store", "internal/saleroom", "internal/bus", "internal/agenda", "internal/depot")},
	"web":           {},
	"web/locale":    {},
	"web/form":      {may: list("internal/money", "internal/ident", "internal/subject", "internal/matching", "internal/calendar", "internal/auction", "internal/trade", "internal/fault")},
	"web/component": {may: list(rules, "internal/fault", "internal/identity", ent, "web", "web/form", "web/locale")},
	"web/page":      {may: list(rules, "internal/fault", "internal/identity", "internal/intake", ent, "web", "web/component", "web/form", "web/locale")},
	// what ships with it, what is stored, what is run
	"seeds":        {may: list("internal/money", "internal/ident", "internal/auction")},
	"ent/schema":   {may: list("internal/money", "internal/ident", "internal/subject", "internal/matching", "internal/auction")},
	"cmd/corridor": {may: list("internal/…", "web/…", "seeds", ent)},
	// tests
	"internal":      {},
	"internal/sim":  {may: list(rules, "internal/saleroom", "internal/saleroom/logtest", "internal/hub"), tests: list("internal/store", "internal/bus", "internal/live")},
	"internal/tidy": {},
}

func allowed(path string, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		if top, ok := strings.CutSuffix(n, "/…"); ok {
			return within(path, []string{top})
		}
		return path == n
	})
}

// generatedEnt reports the folders that ent writes; they know ent, the schema and the types of stored fields.
func generatedEnt(room string) bool { return within(room, []string{"ent"}) && room != "ent/schema" }

func TestRoomsImportOnlyWhatTheTableAllows(t *testing.T) {
	for _, s := range sources(t).files {
		if generatedEnt(s.room) {
			continue
		}
		row, known := rooms[s.room]
		if !known {
			t.Errorf("%s: room %s is not in the import table; give it a row that says what it may import", s.path, s.room)
			continue
		}
		for _, p := range s.imports() {
			p, house := strings.CutPrefix(p, module+"/")
			switch {
			case !house, p == s.room:
			case allowed(p, row.may):
			case s.test && (allowed(p, row.tests) || allowed(p, kits)):
			default:
				t.Errorf("%s: %s must not import %s", s.path, s.room, p)
			}
		}
	}
}

// The binary holds nothing that is there for tests alone.
func TestOnlyTestsImportTheirKits(t *testing.T) {
	kits := append([]string{"internal/sim"}, kits...)
	kits = slices.DeleteFunc(kits, func(k string) bool { return k == "seeds" }) // ships with the product as well
	for _, s := range sources(t).files {
		if s.test || slices.Contains(kits, s.room) {
			continue
		}
		for _, p := range s.imports() {
			if path, house := strings.CutPrefix(p, module+"/"); p == "testing" || house && slices.Contains(kits, path) {
				t.Errorf("%s: %s is for tests", s.path, p)
			}
		}
	}
}

func TestTableHasNoRoomThatIsGone(t *testing.T) {
	exists := map[string]bool{}
	for _, s := range sources(t).files {
		exists[s.room] = true
	}
	for r := range rooms {
		if !exists[r] {
			t.Errorf("room %s is in the table and nowhere else", r)
		}
	}
}

// owners says which rooms may import a module from outside. "tests" are all tests, "tests of X" those of one room.
var owners = map[string][]string{
	"entgo.io/ent":                        {"ent", "internal/store", "internal/identity", "internal/market", "internal/project", "internal/demo", "tests of internal/store"},
	"github.com/BurntSushi/toml":          {"web/locale", "tests of internal/tidy"},
	"github.com/RoaringBitmap/roaring":    {"internal/search"},
	"github.com/a-h/templ":                {"web", "internal/site"},
	"github.com/alecthomas/kong":          {"cmd/corridor"},
	"github.com/alexedwards/argon2id":     {"internal/identity"},
	"github.com/alexedwards/scs":          {"internal/site", "internal/store", "cmd/corridor"},
	"github.com/arran4/golang-ical":       {"internal/site"},
	"github.com/emersion/go-ical":         {"internal/site"},
	"github.com/blevesearch":              {"internal/search"},
	"github.com/gabriel-vasile/mimetype":  {"internal/depot"},
	"github.com/pdfcpu/pdfcpu":            {"internal/depot", "internal/stamp"},
	"golang.org/x/image":                  {"internal/stamp"},
	"github.com/johannesboyne/gofakes3":   {"tests of internal/depot"},
	"gocloud.dev":                         {"internal/depot"},
	"github.com/chromedp":                 {"tests of cmd/corridor", "tests of internal/site", "tests of web/page"},
	"github.com/go-chi/chi":               {"internal/site"},
	"github.com/go-chi/httprate":          {"internal/site"},
	"github.com/go-playground/form":       {"web/form"},
	"github.com/go-webauthn/webauthn":     {"internal/identity"},
	"github.com/google/go-cmp":            {"tests"},
	"github.com/gorilla/websocket":        {"internal/live", "internal/bench", "tests of cmd/corridor"},
	"github.com/jackc/pgx":                {"internal/store", "internal/bus", "internal/bench", "internal/agenda"},
	"github.com/klauspost/compress":       {"internal/site"},
	"github.com/andybalholm/brotli":       {"internal/site"},
	"github.com/nicksnyder/go-i18n":       {"web/locale"},
	"github.com/pressly/goose":            {"internal/store"},
	"github.com/prometheus/client_golang": {"internal/site", "cmd/corridor"},
	"github.com/riverqueue/river":         {"internal/agenda", "internal/store"}, // store: its migrations
	"go.etcd.io/bbolt":                    {"internal/search"},
	"github.com/wneessen/go-mail":         {"internal/post"},
	"go.uber.org/goleak":                  {"tests"},
	"golang.org/x/crypto":                 {"internal/identity"},
	"golang.org/x/net":                    {"internal/site", "tests"},
	"golang.org/x/sync":                   {"internal/bench", "internal/store", "cmd/corridor", "tests"},
	"golang.org/x/sys":                    {"internal/bench", "internal/live"},
	"golang.org/x/term":                   {"cmd/corridor"},
	"github.com/xuri/excelize":            {"internal/intake"},
	"golang.org/x/text":                   {"web/locale", "internal/identity", "internal/intake", "internal/market"},
	"modernc.org/sqlite":                  {"internal/store", "internal/bench"},
	"pgregory.net/rapid":                  {"internal/auction/auctiontest", "tests"},
}

func TestEachTechnologyHasItsOwners(t *testing.T) {
	for _, s := range sources(t).files {
		for _, p := range s.imports() {
			first, _, _ := strings.Cut(p, "/")
			if !strings.Contains(first, ".") || strings.HasPrefix(p, module) {
				continue
			}
			if !owned(s, p) {
				t.Errorf("%s: %s is not among the owners of %s", s.path, s.room, p)
			}
		}
	}
}

func owned(s *source, imported string) bool {
	for technology, who := range owners {
		if !within(imported, []string{technology}) {
			continue
		}
		for _, w := range who {
			of, testsOnly := strings.CutPrefix(w, "tests of ")
			switch {
			case w == "tests":
				if s.test {
					return true
				}
			case testsOnly:
				if s.test && s.room == of {
					return true
				}
			case within(s.room, []string{w}):
				return true
			}
		}
	}
	return false
}

// forbidden lists packages of the standard library that a room must not import outside its tests.
var forbidden = []struct {
	rooms    []string
	packages []string
	why      string
}{
	{
		rules, []string{"context", "os", "net", "net/http", "math/rand", "math/rand/v2", "crypto/rand", "log", "log/slog", "database/sql", "os/exec", "io/fs", "embed", "testing"},
		"the rules know no clock, randomness, goroutine, context or I/O",
	},
	{
		[]string{"internal/identity", "internal/market", "internal/project", "internal/saleroom", "internal/hub", "internal/replay", "web/component", "web/page", "web/form"},
		[]string{"net/http", "database/sql"}, "HTTP belongs to site and live, SQL to store",
	},
	{[]string{"internal/site", "internal/live", "cmd/corridor"}, []string{"database/sql"}, "SQL belongs to store"},
}

func TestRoomsKeepFromTheStandardLibraryWhatTheyMust(t *testing.T) {
	for _, s := range sources(t).files {
		if s.test {
			continue
		}
		for _, rule := range forbidden {
			if !slices.Contains(rule.rooms, s.room) {
				continue
			}
			for _, p := range s.imports() {
				if slices.Contains(rule.packages, p) {
					t.Errorf("%s: %s must not import %s: %s", s.path, s.room, p, rule.why)
				}
			}
		}
	}
}
