// Package stamp puts a reader's mark on a paper: who opened it, when, and a code that leads to the row in the log.
//
// A PDF bears the mark on every page, twice: at its foot as text, and large and faint across it. Chinese is set in a part of
// Noto Sans SC that holds the characters of GB 2312 and some more of names (font/README.md); a character that is not in it
// shows as 〓, and code and USCC are always there. A picture bears the mark in a strip below it, so that nothing of it is
// covered, and across it.
//
// It owns pdfcpu and x/image. Of the house it imports nothing.
package stamp

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/font"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
	"golang.org/x/image/font/sfnt"
)

// Mark is what stands on the paper.
type Mark struct{ Organisation, USCC, Person, Time, Code string }

func (m Mark) line() string {
	return m.Organisation + " " + m.USCC + " · " + m.Person + " · " + m.Time + " · " + m.Code
}

// Can says whether papers of a type bear marks.
func Can(kind string) bool {
	return kind == "application/pdf" || kind == "image/png" || kind == "image/jpeg"
}

// marking bounds how many are marked at a time: each may take some hundred megabytes.
var marking = make(chan struct{}, 2)

// On returns a paper with a mark on it.
func On(ctx context.Context, kind string, paper []byte, m Mark) (marked []byte, err error) {
	select {
	case marking <- struct{}{}:
		defer func() { <-marking }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() {
		if p := recover(); p != nil { // a library fell over it
			marked, err = nil, fmt.Errorf("mark a paper: %v", p)
		}
	}()
	if err := letters(); err != nil {
		return nil, err
	}
	switch kind {
	case "application/pdf":
		return onPDF(paper, m)
	case "image/png", "image/jpeg":
		return onImage(kind, paper, m)
	}
	return nil, errors.New("mark a paper: no mark for " + kind)
}

//go:embed font/NotoSansSC-names.ttf.gz
var packed []byte

const fontName = "NotoSansSC-Regular"

var face *sfnt.Font

// letters sets the font up. pdfcpu wants it in a folder; the folder is of this process.
var letters = sync.OnceValue(func() error {
	api.DisableConfigDir()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("unpack the font: %w", err)
	}
	ttf, err := io.ReadAll(z)
	if err != nil {
		return fmt.Errorf("unpack the font: %w", err)
	}
	if face, err = sfnt.Parse(ttf); err != nil {
		return fmt.Errorf("read the font: %w", err)
	}
	dir, err := os.MkdirTemp("", "corridor-font-")
	if err != nil {
		return fmt.Errorf("set up the font: %w", err)
	}
	font.UserFontDir = dir
	if err := font.InstallFontFromBytesQuiet(dir, fontName, ttf); err != nil {
		return fmt.Errorf("set up the font: %w", err)
	}
	return font.LoadUserFonts()
})

// settable is a text with 〓 for what the font does not hold, and without what would mean something to pdfcpu.
func settable(text string) string {
	var buf sfnt.Buffer
	return strings.Map(func(r rune) rune {
		switch r {
		case '%', '\\':
			return '/' // %p and the like are page numbers to pdfcpu
		}
		if i, err := face.GlyphIndex(&buf, r); err != nil || i == 0 {
			return '〓'
		}
		return r
	}, text)
}

func onPDF(paper []byte, m Mark) ([]byte, error) {
	line := settable(m.line())
	size := 7
	if n := len([]rune(line)); n > 90 {
		size = 5
	}
	foot, err := api.TextWatermark(line, fmt.Sprintf("fontname:%s, points:%d, pos:bc, offset:0 6, rotation:0, scale:1 abs, fillcolor:#7A1F1F, opacity:0.85, bgcolor:#FFFFFF", fontName, size), true, false, types.POINTS)
	if err != nil {
		return nil, fmt.Errorf("make the mark: %w", err)
	}
	across, err := api.TextWatermark(settable(m.Organisation)+"\n"+settable(m.Person+" "+m.Code), fmt.Sprintf("fontname:%s, points:36, scale:0.75 rel, diagonal:1, fillcolor:#808080, opacity:0.18", fontName), true, false, types.POINTS)
	if err != nil {
		return nil, fmt.Errorf("make the mark: %w", err)
	}
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.Offline = true
	conf.Limits.MaxStreamBytes, conf.Limits.MaxDecodeBytes = streamMost, streamMost
	doc, err := api.ReadValidateAndOptimize(bytes.NewReader(paper), conf)
	if err != nil {
		return nil, fmt.Errorf("read the paper: %w", err)
	}
	if doc.PageCount > pagesMost {
		return nil, fmt.Errorf("the paper has %d pages", doc.PageCount)
	}
	for _, w := range []*model.Watermark{across, foot} {
		if err := api.WatermarkContext(doc, nil, w); err != nil {
			return nil, fmt.Errorf("mark the paper: %w", err)
		}
	}
	var out bytes.Buffer
	if err := api.WriteContext(doc, &out); err != nil {
		return nil, fmt.Errorf("write the paper: %w", err)
	}
	return out.Bytes(), nil
}

const (
	streamMost = 96 << 20
	pagesMost  = 2000
)
