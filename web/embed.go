// Package web holds what browsers are sent: the styles, the built scripts, and in its folders the pages. It never
// queries anything.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// dist is what the npm build makes; only .keep is committed, so that a bare go build works and pages serve without
// scripts.
//
//go:embed all:dist
var dist embed.FS

//go:embed css/*.css
var css embed.FS

//go:embed icon/*
var icons embed.FS

// layers are the style sheets in the order of the cascade. Sheets not named here follow as part of the page layer.
var layers = []string{"layer.css", "reset.css", "tokens.css", "base.css", "layout.css", "component.css", "form.css", "page.css"}

// asset is one static file, in the forms in which it is sent.
type asset struct {
	body, zipped []byte
	kind         string
}

// Gathered when first needed: most commands of the program serve nothing.
var (
	assets = sync.OnceValue(collect)
	build  = sync.OnceValue(func() string { return fingerprint(assets()) })
)

func collect() map[string]asset {
	all := map[string]asset{"corridor.css": newAsset("corridor.css", stylesheet())}
	for _, from := range []struct {
		files embed.FS
		dir   string
	}{{dist, "dist"}, {icons, "icon"}} {
		err := fs.WalkDir(from.files, from.dir, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
				return err
			}
			body, err := from.files.ReadFile(p)
			name := strings.TrimPrefix(p, from.dir+"/")
			all[name] = newAsset(name, body)
			return err
		})
		if err != nil {
			panic(fmt.Sprintf("web: read embedded files: %v", err))
		}
	}
	return all
}

func stylesheet() []byte {
	names := slices.Clone(layers)
	entries, err := css.ReadDir("css")
	if err != nil {
		panic(fmt.Sprintf("web: list style sheets: %v", err))
	}
	for _, e := range entries {
		if !slices.Contains(names, e.Name()) {
			names = append(names, e.Name())
		}
	}
	var all bytes.Buffer
	for _, name := range names {
		text, err := css.ReadFile("css/" + name)
		if err != nil {
			panic(fmt.Sprintf("web: read style sheet: %v", err))
		}
		all.Write(text)
		all.WriteByte('\n')
	}
	return all.Bytes()
}

func newAsset(name string, body []byte) asset {
	a := asset{body: body, kind: mime.TypeByExtension(path.Ext(name))}
	switch path.Ext(name) {
	case ".js", ".css", ".svg", ".map":
		var z bytes.Buffer
		w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
		_, _ = w.Write(body) // a bytes.Buffer takes everything
		_ = w.Close()
		a.zipped = z.Bytes()
	}
	return a
}

func fingerprint(all map[string]asset) string {
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		fmt.Fprintf(h, "%s %d\n", name, len(all[name].body))
		h.Write(all[name].body)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// URL is where a static file is found: /static/<build>/<name>. Every build has addresses of its own, so that browsers
// may keep the files for ever and a script's relative imports stay within its build.
func URL(name string) string { return "/static/" + build() + "/" + name }

// Has says whether there is such a file; scripts are missing before the npm build.
func Has(name string) bool { _, ok := assets()[name]; return ok }

// Static serves /static/. A page of another build gets this build's file of the same name, not to be kept.
func Static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		of, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/static/"), "/")
		a, ok := assets()[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Vary", "Accept-Encoding")
		h.Set("Cache-Control", "no-cache")
		if of == build() {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		body := a.body
		if a.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.zipped
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}
