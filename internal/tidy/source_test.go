package tidy

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/g60-corridor/corridor"
)

// source is one Go file of the module.
type source struct {
	path      string // from the root: internal/money/fen.go
	room      string // its folder: internal/money
	test      bool
	generated bool
	lines     int
	file      *ast.File
}

// tree is everything that was parsed.
type tree struct {
	fset  *token.FileSet
	files []*source
}

var skipped = map[string]bool{".git": true, "node_modules": true, "bin": true, "data": true, "dist": true, "testdata": true}

var parsed = sync.OnceValues(func() (*tree, error) {
	t := &tree{fset: token.NewFileSet()}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipped[d.Name()] {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		f, err := parser.ParseFile(t.fset, rel, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		t.files = append(t.files, &source{
			path: rel, room: path.Dir(rel), test: strings.HasSuffix(rel, "_test.go"), generated: ast.IsGenerated(f),
			lines: bytes.Count(text, []byte("\n")), file: f,
		})
		return nil
	})
	return t, err
})

func sources(t *testing.T) *tree {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if len(all.files) < 100 {
		t.Fatalf("only %d files found from %s", len(all.files), root)
	}
	return all
}

// at is where a node stands: internal/money/fen.go:12.
func (t *tree) at(n ast.Node) string {
	p := t.fset.Position(n.Pos())
	return p.Filename + ":" + strconv.Itoa(p.Line)
}

// imports gives the paths that a file imports.
func (s *source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// name is the name under which a file knows an import; "" if it does not import it.
func (s *source) name(imported string) string {
	for _, spec := range s.file.Imports {
		if p, _ := strconv.Unquote(spec.Path.Value); p == imported {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return path.Base(p)
		}
	}
	return ""
}

// within reports whether a path is one of the given ones or lies below one.
func within(p string, tops []string) bool {
	for _, top := range tops {
		if p == top || strings.HasPrefix(p, top+"/") {
			return true
		}
	}
	return false
}
