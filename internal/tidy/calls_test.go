package tidy

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// clocks are the functions of package time that look at or wait for the clock.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// The rules are pure: time comes in with the command, and one thing happens after another.
func TestRulesHaveNoClockAndNoGoroutine(t *testing.T) {
	all := sources(t)
	for _, s := range all.files {
		if s.test || !slices.Contains(rules, s.room) && s.room != "internal/replay" {
			continue
		}
		clock := s.name("time")
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s: a goroutine in the rules", all.at(n))
			case *ast.SelectStmt, *ast.ChanType, *ast.SendStmt:
				t.Errorf("%s: a channel in the rules", all.at(n))
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && clock != "" && x.Name == clock && slices.Contains(clocks, n.Sel.Name) {
					t.Errorf("%s: time.%s in the rules", all.at(n), n.Sel.Name)
				}
			}
			return true
		})
	}
}

// Money and the rules on it are whole numbers.
func TestMoneyIsNeverAFloat(t *testing.T) {
	all := sources(t)
	exact := append([]string{"internal/saleroom", "internal/replay", "internal/market"}, rules...)
	for _, s := range all.files {
		if s.generated {
			continue
		}
		wholly := slices.Contains(exact, s.room)
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if wholly && !s.test && (n.Name == "float64" || n.Name == "float32") {
					t.Errorf("%s: %s where money is counted", all.at(n), n.Name)
				}
			case *ast.BasicLit:
				if wholly && !s.test && n.Kind == token.FLOAT {
					t.Errorf("%s: the fraction %s where money is counted", all.at(n), n.Value)
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "float64" || f.Name == "float32") && namesFen(n) {
					t.Errorf("%s: an amount of fen becomes a %s", all.at(n), f.Name)
				}
			}
			return true
		})
	}
}

func namesFen(call *ast.CallExpr) (found bool) {
	ast.Inspect(call, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && (strings.HasSuffix(id.Name, "Fen") || strings.HasSuffix(id.Name, "fen")) {
			found = true
		}
		return true
	})
	return found
}

// Pages show what services give them.
func TestPagesHaveNoQueriesOfTheirOwn(t *testing.T) {
	all := sources(t)
	for _, s := range all.files {
		if s.test || !within(s.room, []string{"web", "internal/site", "internal/live"}) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if strings.HasPrefix(sel.Sel.Name, "Query") && !ofAddress(sel.X) {
				t.Errorf("%s: .%s: a query outside the services", all.at(sel), sel.Sel.Name)
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "ent" && (sel.Sel.Name == "Client" || sel.Sel.Name == "Tx") {
				t.Errorf("%s: ent.%s outside services and store", all.at(sel), sel.Sel.Name)
			}
			return true
		})
	}
}

// ofAddress reports whether an expression is a net/url address, whose Query is another thing: r.URL, u, address.
func ofAddress(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.SelectorExpr:
		return x.Sel.Name == "URL"
	case *ast.Ident:
		return x.Name == "url" || x.Name == "address" || x.Name == "u"
	}
	return false
}

// secrets are the entities that only their keepers may name.
var secrets = map[string][]string{
	"Credential":    {"internal/identity", "ent"},
	"LotSecret":     {"internal/market", "ent"},
	"Letter":        {"internal/inbox", "ent"}, // it may hold a way in
	"Ticket":        {"internal/identity", "ent"},
	"PersonSession": {"internal/identity", "ent"},
	"Passkey":       {"internal/identity", "ent"},

	"OrganisationSecret": {"internal/identity", "ent"},
	"OrganisationPaper":  {"internal/identity", "ent"},
	"ObjectionPaper":     {"internal/project", "ent"},
	"PendingPrice":       {"internal/authority", "ent"},
	"OwnershipLink":      {"internal/identity", "ent"},
	"SignInTrace":        {"internal/identity", "ent"},
}

func TestSecretsAreNamedByTheirKeepersOnly(t *testing.T) {
	all := sources(t)
	for _, s := range all.files {
		for secret, keepers := range secrets {
			if within(s.room, keepers) || secret == "Credential" && s.name("syscall") != "" { // there it is a user of the machine
				continue
			}
			for _, p := range s.imports() {
				if p == module+"/ent/"+strings.ToLower(secret) {
					t.Errorf("%s: %s imports %s; only %s may", s.path, s.room, p, strings.Join(keepers, " and "))
				}
			}
			ast.Inspect(s.file, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok && (sel.Sel.Name == secret || strings.HasPrefix(sel.Sel.Name, secret+"_")) {
					t.Errorf("%s: .%s: only %s may name it", all.at(sel), sel.Sel.Name, strings.Join(keepers, " and "))
				}
				return true
			})
		}
	}
}

// anyOrder lists functions of the rules that range over a map and give the same whatever the order.
var anyOrder = map[string]string{
	"internal/proof.foresee": "takes each bidder by himself out of a set",
}

// A result must not hang on the order of a map. The types of the rules' own fields and variables are enough to see one.
func TestRulesDoNotRangeOverMaps(t *testing.T) {
	all := sources(t)
	for _, r := range append([]string{"internal/replay"}, rules...) {
		var files []*ast.File
		for _, s := range all.files {
			if s.room == r && !s.test {
				files = append(files, s.file)
			}
		}
		info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		config := types.Config{Error: func(error) {}, Importer: nothing{}} // what is imported stays unknown, which is enough
		_, _ = config.Check(r, all.fset, files, &info)
		for _, f := range files {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				ast.Inspect(fn, func(n ast.Node) bool {
					loop, ok := n.(*ast.RangeStmt)
					if !ok {
						return true
					}
					typ := info.Types[loop.X].Type
					if typ == nil {
						return true
					}
					if _, isMap := typ.Underlying().(*types.Map); isMap && anyOrder[r+"."+fn.Name.Name] == "" {
						t.Errorf("%s: %s ranges over a map, whose order changes from run to run", all.at(loop), fn.Name.Name)
					}
					return true
				})
			}
		}
	}
}

type nothing struct{}

func (nothing) Import(path string) (*types.Package, error) {
	return nil, &types.Error{Msg: "not looked at: " + path}
}

// A test that is skipped proves nothing.
func TestNoTestIsSkipped(t *testing.T) {
	all := sources(t)
	for _, s := range all.files {
		if !s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) {
				t.Errorf("%s: a test is skipped; say what is missing and fail", all.at(call))
			}
			return true
		})
	}
}
