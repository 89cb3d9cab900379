package depot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/filter"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"github.com/g60-corridor/corridor/internal/fault"
)

// reading bounds how many PDF are looked through at a time: each may take some hundred megabytes.
var reading = make(chan struct{}, 2)

const (
	decodedMost = 96 << 20 // of one stream of a PDF
	objectsMost = 500_000
	depthMost   = 60
)

func init() { api.DisableConfigDir() } // it would write into the home of whoever runs the house

// limits are what a PDF may ask for while it is read.
func limits() *model.Configuration {
	c := model.NewDefaultConfiguration()
	c.ValidationMode = model.ValidationRelaxed
	c.Offline = true
	c.Limits.MaxStreamBytes, c.Limits.MaxDecodeBytes, c.Limits.MaxImageBytes = decodedMost, decodedMost, decodedMost
	c.Limits.MaxImagePixels, c.Limits.MaxObjectCount, c.Limits.MaxXRefEntries = pixelsMost, objectsMost, objectsMost
	c.Limits.MaxObjectStreamCount, c.Limits.MaxRecursionDepth = 20_000, depthMost
	return c
}

// inspectPDF refuses what runs, starts or carries something. It is not mended: a paper that was changed without its
// owner's knowing is worse than one that he prints anew.
func inspectPDF(ctx context.Context, file io.ReaderAt, size int64) (p fault.Problem) {
	head, tail := make([]byte, min(size, 1024)), make([]byte, min(size, 1024))
	if _, err := file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return Broken
	}
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return Broken
	}
	if !bytes.HasPrefix(head, []byte("%PDF-")) || markup.Match(head) {
		return Double
	}
	end := bytes.LastIndex(tail, []byte("%%EOF"))
	switch {
	case end < 0:
		return Broken
	case len(bytes.Trim(tail[end+5:], " \t\r\n\x00\x1a")) > 0:
		return Double
	}
	select {
	case reading <- struct{}{}:
		defer func() { <-reading }()
	case <-ctx.Done():
		return Broken
	}
	defer func() {
		if recover() != nil { // the library fell over it
			p = Broken
		}
	}()
	doc, err := api.ReadAndValidate(io.NewSectionReader(file, 0, size), limits())
	switch {
	case errors.Is(err, filter.ErrDecodeLimitExceeded):
		return Bomb
	case err != nil && bytes.Contains([]byte(err.Error()), []byte("password")):
		return Encrypted
	case err != nil:
		return Broken
	case doc.Encrypt != nil || doc.E != nil:
		return Encrypted
	case doc.PageCount == 0:
		return Broken
	}
	for _, entry := range doc.Table {
		if entry != nil && !entry.Free && acts(entry.Object, 0) {
			return Active
		}
	}
	return ""
}

var (
	actions  = []string{"JavaScript", "Launch", "ImportData", "SubmitForm", "GoToE", "Rendition", "Movie", "Sound", "RichMediaExecute"}
	foreign  = []string{"FileAttachment", "RichMedia", "Movie", "Screen", "Sound", "3D"}
	carrying = []string{"JS", "JavaScript", "EmbeddedFiles", "EF", "XFA", "RichMediaContent"}
)

// acts says whether an object runs, starts or carries something.
func acts(o types.Object, depth int) bool {
	if depth > depthMost {
		return true // nobody writes so by accident
	}
	switch o := o.(type) {
	case types.StreamDict:
		return acts(o.Dict, depth)
	case *types.StreamDict:
		return o != nil && acts(o.Dict, depth)
	case types.ObjectStreamDict:
		return acts(o.Dict, depth)
	case types.Array:
		return slices.ContainsFunc(o, func(v types.Object) bool { return acts(v, depth+1) })
	case types.Dict:
		if named(o, "S", actions) || named(o, "Subtype", foreign) {
			return true
		}
		for key, v := range o {
			if slices.Contains(carrying, key) || acts(v, depth+1) {
				return true
			}
		}
	}
	return false
}

func named(d types.Dict, key string, names []string) bool {
	n, ok := d[key].(types.Name)
	return ok && slices.Contains(names, string(n))
}
