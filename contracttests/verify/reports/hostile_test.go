package reports

import (
	"reflect"
	"strings"

	"github.com/fauxkapi/fauxkapi/contracttests/verify"
)

// texts are what a server can say to break a report.
func texts() map[string]string {
	return map[string]string{
		"escapes":    "\x1b[2J\x1b]0;title\x07\u009b31m\x00\x7f\r",
		"lines":      "\nbroken  jobs.invented\r\n\u2028\u2029\vh1. heading\n| a | b |\n# list\n",
		"directions": "\u202e\u2066\u200f\u200b\ufeff\U000e0001",
		"script":     "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"' onmouseover='alert(1)",
		"style":      "</style></title></pre></code></textarea>--><!-- {{.}} javascript:alert(1)",
		"cdata":      "]]><failure/><![CDATA[ &amp; &#0; <?x?> \ufffe\uffff",
		"utf8":       "\xff\xc3\x28\xed\xa0\x80\xf0\x9f",
		"jira":       `{code}{CODE:java}{noformat}{html}<b>{html} [~admin] \\ \{ | || !http://x/y.png! *b* _i_ ----`,
		"markdown":   "`|` | [x](javascript:y) <b>\n\n# h\n![i](http://x/y) *b* _i_ ~~s~~ &lt;",
		"long":       strings.Repeat("0123456789", 1024),
		"words":      strings.Repeat("word ", 2048),
		"wide":       strings.Repeat("漢字 e\u0301", 100),
	}
}

// hostile is a report with something added to each text in it.
func hostile(r *verify.Report, text string) *verify.Report {
	change(reflect.ValueOf(r).Elem(), text)
	return r
}

func change(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.String() != "" {
			v.SetString(v.String() + text)
		}
	case reflect.Slice:
		for i := range v.Len() {
			change(v.Index(i), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				change(v.Field(i), text)
			}
		}
	}
}
