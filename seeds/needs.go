package seeds

import (
	"encoding/json"
	"fmt"
)

// Need is an invented technology need of one of the demo's companies.
type Need struct {
	Company   string   `json:"company"` // address of who writes it
	Secrecy   string   `json:"secrecy"`
	Field     string   `json:"field"` // of the plan's list
	Industry  string   `json:"industry"`
	IPC       []string `json:"ipc"`
	TRL       [2]int   `json:"trl"`
	BudgetWan [2]int64 `json:"budget_wan"` // in 10,000 yuan; 0: open
	Rights    []string `json:"rights"`
	City      string   `json:"city"`
	Days      int      `json:"days"` // that it is open
	ZH        string   `json:"zh"`
	EN        string   `json:"en"`
	TextZH    string   `json:"text_zh"`
	TextEN    string   `json:"text_en"`
}

// Needs are the needs that the demo begins with.
func Needs() (all []Need, err error) {
	data, err := files.ReadFile("needs.json")
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("read needs.json: %w", err)
	}
	return all, nil
}
