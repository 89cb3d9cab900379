package stamp_test

import (
	"bytes"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"github.com/g60-corridor/corridor/internal/stamp"
)

// A sheet is a sound paper of one page, with the letters it needs in it and no more, and can be marked as any other.
func TestASheetIsAPaper(t *testing.T) {
	out, err := stamp.Sheet("营业执照（样本） Licence, a specimen", "云间大学 Yunjian University", "12310117MAD000012X", "100 %p \\n 𠮷")
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Validate(bytes.NewReader(out), model.NewDefaultConfiguration()); err != nil {
		t.Error(err)
	}
	if n, err := api.PageCount(bytes.NewReader(out), model.NewDefaultConfiguration()); err != nil || n != 1 {
		t.Errorf("%d pages, %v", n, err)
	}
	if len(out) > 200<<10 {
		t.Errorf("%d bytes: the whole font is in it", len(out))
	}
	t.Log(len(out), "bytes")
	if _, err := stamp.On(t.Context(), "application/pdf", out, mark); err != nil {
		t.Error(err)
	}
}
