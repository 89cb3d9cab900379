package stamp

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// Sheet makes a paper of one page that bears a heading and some lines, as the demo's invented organisations hand in.
func Sheet(heading string, lines ...string) ([]byte, error) {
	if err := letters(); err != nil {
		return nil, err
	}
	type fontOf struct {
		Name string `json:"name"`
		Size int    `json:"size"`
	}
	type text struct {
		Value string  `json:"value"`
		Pos   [2]int  `json:"pos"`
		Font  *fontOf `json:"font"`
	}
	all := []text{{settable(heading), [2]int{72, 110}, &fontOf{fontName, 20}}}
	for i, l := range lines {
		all = append(all, text{settable(l), [2]int{72, 160 + 26*i}, &fontOf{fontName, 12}})
	}
	page, err := json.Marshal(map[string]any{
		"paper": "A4P", "origin": "UpperLeft", "pages": map[string]any{"1": map[string]any{"content": map[string]any{"text": all}}},
	})
	if err != nil {
		return nil, fmt.Errorf("write a sheet: %w", err)
	}
	conf := model.NewDefaultConfiguration()
	conf.Offline = true
	var out bytes.Buffer
	if err := api.Create(nil, bytes.NewReader(page), &out, conf); err != nil {
		return nil, fmt.Errorf("write a sheet: %w", err)
	}
	return out.Bytes(), nil
}
