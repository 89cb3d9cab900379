package site_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/locale"
)

// TestEveryRefusalHasASentence reads the sources of the services for the rules that they name, and for the texts that the
// site asks for by key. (That both languages have the same keys is tested with the texts.)
func TestEveryRefusalHasASentence(t *testing.T) {
	for _, dir := range []string{".", "../identity", "../market", "../project", "../needs", "../../web/form"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		must(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			must(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				for _, rule := range rulesNamed(n) {
					if !hasSentence(rule) {
						t.Errorf("%s: no sentence for %s", name, rule)
					}
				}
				if text, ok := literal(n); ok && (strings.HasPrefix(text, "flash_") || strings.HasPrefix(text, "sign_in_")) &&
					!strings.HasSuffix(text, "_") && text != "sign_in" && !locale.Has(text) {
					t.Errorf("%s: no text %s", name, text)
				}
				return true
			})
		}
	}
	for _, code := range []money.Code{money.Empty, money.NotANumber, money.FullWidth, money.Exponent, money.Negative,
		money.TooManyDecimals, money.TooLarge, money.BadGrouping} {
		if !hasSentence(string(code)) {
			t.Errorf("no sentence for %s", code)
		}
	}
}

func hasSentence(rule string) bool {
	return locale.Has("problem_"+rule) || locale.Has("amount_"+rule) || locale.Has("reason_"+rule)
}

// rulesNamed are the rules in Problem: "…", fault.New(code, "…", …) and add(field, "…").
func rulesNamed(n ast.Node) []string {
	var from ast.Node
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Problem" {
			from = n.Value
		}
	case *ast.CallExpr:
		if name := called(n); (name == "New" && len(n.Args) == 3 || name == "add" || name == "fault") && len(n.Args) > 1 {
			from = n.Args[1]
		}
	}
	if from == nil {
		return nil
	}
	if text, ok := literal(from); ok && text != "" {
		return []string{text}
	}
	return nil
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func literal(n ast.Node) (string, bool) {
	l, ok := n.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}
