package tidy

import (
	"bytes"
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// What fits on a page is read, what fits on a screen is understood. The aim is 400 lines; a twentieth more is let
// pass, so that nobody squeezes a line out of a sentence. Tests are longer: they are tables.
const (
	linesOfFile     = 420
	linesOfFunc     = 70
	linesOfTestFile = 630
	linesOfTestFunc = 120
)

// longer lists what is larger for a reason: "path" a file, "path Func" a function.
var longer = map[string]struct {
	lines int
	why   string
}{}

func TestFilesAndFunctionsStayShort(t *testing.T) {
	all := sources(t)
	used := map[string]bool{}
	judge := func(name string, lines, most int) {
		if lines <= most {
			return
		}
		if e, ok := longer[name]; ok {
			used[name] = true
			if lines <= e.lines {
				return
			}
			most = e.lines
		}
		t.Errorf("%s: %d lines, %d is the most", name, lines, most)
	}
	for _, s := range all.files {
		if s.generated {
			continue
		}
		file, function := linesOfFile, linesOfFunc
		if s.test {
			file, function = linesOfTestFile, linesOfTestFunc
		}
		judge(s.path, s.lines, file)
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				lines := all.fset.Position(f.End()).Line - all.fset.Position(f.Pos()).Line + 1
				judge(s.path+" "+f.Name.Name, lines, function)
			}
		}
	}
	for name, lines := range otherSources(t) {
		judge(name, lines, linesOfFile)
	}
	for name, e := range longer {
		if e.why == "" {
			t.Errorf("%s is excepted without a reason", name)
		}
		if !used[name] {
			t.Errorf("%s is excepted and need not be", name)
		}
	}
}

// otherSources counts the lines of what is written by hand for the browser.
func otherSources(t *testing.T) map[string]int {
	t.Helper()
	lines := map[string]int{}
	err := filepath.WalkDir(filepath.Join(root, "web"), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipped[d.Name()] {
			return filepath.SkipDir
		}
		switch path.Ext(d.Name()) {
		case ".ts", ".css", ".templ":
		default:
			return nil
		}
		if d.IsDir() {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		lines[filepath.ToSlash(rel)] = bytes.Count(text, []byte("\n"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// A package is one noun of the trade.
func TestPackagesAreNamedAfterTheTrade(t *testing.T) {
	nowhere := strings.Fields("util utils common helper helpers base core types model models dto service services manager handler handlers shared misc lib")
	for _, s := range sources(t).files {
		if generatedEnt(s.room) {
			continue
		}
		for _, word := range nowhere {
			if s.file.Name.Name == word || path.Base(s.room) == word {
				t.Errorf("%s: package %s says nothing", s.path, word)
			}
		}
	}
}

// Every package says what it is.
func TestEveryPackageHasItsComment(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t).files {
		if s.generated || s.test || generatedEnt(s.room) {
			continue
		}
		said[s.room] = said[s.room] || s.file.Doc != nil && len(strings.Fields(s.file.Doc.Text())) > 5
	}
	for r, ok := range said {
		if !ok {
			t.Errorf("package %s has no comment that says what it is", r)
		}
	}
}

// The picture in internal/doc.go names every room.
func TestThePictureIsTrue(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "internal/doc.go"))
	if err != nil {
		t.Fatal(err)
	}
	for r := range rooms {
		name, ok := strings.CutPrefix(r, "internal/")
		if !ok || strings.Contains(name, "/") {
			continue
		}
		if !strings.Contains(string(text), "\t"+name+" ") && !strings.Contains(string(text), " "+name+" (") {
			t.Errorf("internal/doc.go does not tell of room %s", name)
		}
	}
}
