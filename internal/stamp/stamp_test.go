package stamp_test

import (
	"bytes"
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/stamp"
)

var mark = stamp.Mark{Organisation: "云间新材料有限公司", USCC: "91310000MA1FL00001", Person: "许令仪", Time: "2026-11-26 12:00:00 CST", Code: "ABCDEFGHIJKLMNOP"}

// Every page bears the mark in letters that are in the file, and the paper is still one.
func TestEveryPageIsMarked(t *testing.T) {
	out, err := stamp.On(t.Context(), "application/pdf", depottest.PDF(3, ""), mark)
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Validate(bytes.NewReader(out), model.NewDefaultConfiguration()); err != nil {
		t.Error(err)
	}
	if has, err := api.HasWatermarks(bytes.NewReader(out), model.NewDefaultConfiguration()); err != nil || !has {
		t.Errorf("no mark: %v", err)
	}
	doc, err := api.ReadContext(bytes.NewReader(out), model.NewDefaultConfiguration())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.EnsurePageCount(); err != nil || doc.PageCount != 3 {
		t.Fatalf("%d pages, %v", doc.PageCount, err)
	}
	for n := range 3 {
		d, _, inherited, err := doc.PageDict(n+1, false)
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprint(d, inherited); strings.Count(text, "Fm") < 1 && !strings.Contains(text, "XObject") {
			t.Errorf("page %d bears no mark: %s", n+1, text)
		}
	}
	if len(out) > 400<<10 {
		t.Errorf("a paper of three pages has %d bytes: the whole font is in it", len(out))
	}
	other, err := stamp.On(t.Context(), "application/pdf", depottest.PDF(3, ""), stamp.Mark{Organisation: "甲", USCC: "9", Person: "乙", Time: "1", Code: "Q"})
	if err != nil || bytes.Equal(out, other) {
		t.Errorf("two readers get the same bytes: %v", err)
	}
}

// Names that the font does not hold, that mean something to the library, or that are very long.
func TestOddNames(t *testing.T) {
	for _, name := range []string{"𠮷野家", "%p %P \\n", "a:b, c:d; scale:3", strings.Repeat("很长的单位名称", 40), "", "\u202eabc", "O'Brien (Sons) & <Co>"} {
		m := mark
		m.Organisation, m.Person = name, name
		for kind, paper := range map[string][]byte{"application/pdf": depottest.PDF(1, ""), "image/png": depottest.PNG(300, 200)} {
			if _, err := stamp.On(t.Context(), kind, paper, m); err != nil {
				t.Errorf("%q on %s: %v", name, kind, err)
			}
		}
	}
}

func TestAPictureIsMarked(t *testing.T) {
	for kind, paper := range map[string][]byte{"image/png": depottest.PNG(600, 400), "image/jpeg": depottest.JPEG(600, 400)} {
		out, err := stamp.On(t.Context(), kind, paper, mark)
		if err != nil {
			t.Fatal(err)
		}
		p, name, err := image.Decode(bytes.NewReader(out))
		if err != nil || "image/"+name != kind || p.Bounds().Dx() != 600 || p.Bounds().Dy() <= 400 {
			t.Fatalf("%s: %v, %v", kind, p.Bounds(), err)
		}
		dark := 0
		for x := range 600 {
			for y := 400; y < p.Bounds().Dy(); y++ {
				if r, g, _, _ := p.At(x, y).RGBA(); r > 0x5000 && r < 0xa000 && g < 0x5000 {
					dark++
				}
			}
		}
		if dark < 300 {
			t.Errorf("%s: %d points of ink in the strip", kind, dark)
		}
	}
}

// What cannot be marked is an error, not an unmarked paper.
func TestWhatCannotBeMarked(t *testing.T) {
	for name, c := range map[string]struct {
		kind  string
		paper []byte
	}{
		"no PDF": {"application/pdf", []byte("%PDF-1.7\n")}, "no picture": {"image/png", []byte("x")},
		"text": {"text/plain", []byte("x")},
	} {
		if out, err := stamp.On(t.Context(), c.kind, c.paper, mark); err == nil {
			t.Errorf("%s: %d bytes", name, len(out))
		}
	}
}
