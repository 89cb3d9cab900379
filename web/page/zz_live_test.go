package page_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

var liveURL = flag.String("live", "", "")
var liveEmail = flag.String("email", "", "")
var liveLot = flag.String("lot", "1", "")
var liveSecs = flag.Int("secs", 20, "")

func TestZZLive(t *testing.T) {
	if *liveURL == "" {
		return
	}
	realSocket = true
	open := browser(t)
	ctx := open(1440, 900, true)
	run(t, ctx, network.Enable(), chromedp.Navigate(*liveURL+"/sign-in"))
	if *liveEmail != "" {
		run(t, ctx, do(`{ const i=[...document.querySelectorAll('form')].find(f=>f.action.includes('demo/sign-in') && f.innerHTML.includes('`+*liveEmail+`')); (i.querySelector('button[value="`+*liveEmail+`"]')||i.querySelector('button')).click() }`), chromedp.Sleep(1500*time.Millisecond))
	}
	run(t, ctx, chromedp.Navigate(*liveURL+"/lots/"+*liveLot+"/room"), chromedp.Sleep(2*time.Second))
	for i := range *liveSecs {
		var png []byte
		run(t, ctx, chromedp.Evaluate(`{const b=document.querySelector('button.quick:enabled'); if (b && Math.random()<.6) b.click(); }`, nil), chromedp.Sleep(time.Second))
		fmt.Println(i, text(t, ctx, "line"), "|", text(t, ctx, "phase"), "|", text(t, ctx, "price"), "|", text(t, ctx, "lead-word"), "|", text(t, ctx, "left"), "|", read(t, ctx, `document.querySelector('[data-f=say]')?.textContent`))
		if i%6 == 3 {
			run(t, ctx, chromedp.CaptureScreenshot(&png))
			write(t, fmt.Sprintf("live-%s-%d.png", *liveLot, i), png)
		}
	}

}
