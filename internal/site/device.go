package site

import "strings"

// named is a word by which browsers and systems know themselves, and its name. The first that is found counts: most also
// call themselves by the names of those whose pages they wish to be sent.
type named struct{ word, name string }

var (
	browsers = []named{
		{"MicroMessenger/", "WeChat"}, {"DingTalk/", "DingTalk"}, {"QQBrowser/", "QQ Browser"}, {"UCBrowser/", "UC Browser"},
		{"HuaweiBrowser/", "Huawei Browser"}, {"MiuiBrowser/", "Mi Browser"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi/", "Vivaldi"},
		{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"},
		{"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systems = []named{
		{"OpenHarmony", "HarmonyOS"}, {"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Macintosh", "macOS"}, {"Linux", "Linux"},
	}
)

// deviceOf shortens what a browser calls itself to what a person knows it by: Firefox · Windows. What it does not know is
// left out: nothing of the text itself is kept.
func deviceOf(agent string) string {
	var parts []string
	for _, list := range [][]named{browsers, systems} {
		for _, n := range list {
			if strings.Contains(agent, n.word) {
				parts = append(parts, n.name)
				break
			}
		}
	}
	return strings.Join(parts, " · ")
}
