package inbox

import (
	"testing"

	"github.com/g60-corridor/corridor/web/locale"
)

func TestEveryKindHasItsWordsAndItsTopic(t *testing.T) {
	for kind, topic := range topics {
		for _, part := range []string{"title", "body"} {
			if !locale.Has("notice_" + string(kind) + "_" + part) {
				t.Errorf("%s has no %s", kind, part)
			}
		}
		if !locale.Has("topic_"+string(topic)) || !locale.Has("topic_what_"+string(topic)) {
			t.Errorf("topic %s has no name", topic)
		}
	}
}

func TestFill(t *testing.T) {
	p := Params{"A_zh": "甲", "A_en": "", "B_fen": "12345600", "C_at": "2026-11-26T16:30:00Z", "D_word": "mode_OFF", "E": "e_x"}
	for l, want := range map[locale.Lang]map[string]string{
		locale.ZH: {"A": "甲", "B": "123,456元", "C": "2026年11月27日 00:30", "D": "不发", "E": "e_x"},
		locale.EN: {"A": "甲", "B": "¥123,456", "C": "27 November 2026, 00:30 (UTC+8)", "D": "Never", "E": "e_x"},
	} {
		args := fill(l, p)
		if len(args) != 2*len(want) {
			t.Errorf("%s: %v", l, args)
		}
		for i := 0; i+1 < len(args); i += 2 {
			if name := args[i].(string); args[i+1] != want[name] {
				t.Errorf("%s: %s is %q, want %q", l, name, args[i+1], want[name])
			}
		}
	}
}

func TestSubjectsAreOneLine(t *testing.T) {
	if got := oneLine("a\r\nBcc: x@example.org\t b"); got != "a Bcc: x@example.org b" {
		t.Errorf("%q", got)
	}
}
