package alter

import (
	"net/http"
	"regexp"
	"strings"
	"time"
)

// dateWords are the ways to write a date as long as it stays the same instant.
var dateWords = []string{"Z", "+00:00", "+0000", "+02:00", "seconds", "micros"}

// dateFormat has the parts of a date: up to the second, fraction, zone.
var dateFormat = regexp.MustCompile(`^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$`)

// rewriteDates writes every date of a body otherwise.
func rewriteDates(root *node, as string) {
	root.each(func(n *node) {
		if n.isText() {
			if date, ok := rewritten(n.text(), as); ok {
				n.raw = quoteJSON(date)
			}
		}
	})
}

// rewritten is a date in another form; ok is false if it is no date.
func rewritten(date, as string) (other string, ok bool) {
	parts := dateFormat.FindStringSubmatch(date)
	if parts == nil {
		return "", false
	}
	until, fraction, zone := parts[1], parts[2], parts[3]
	switch as {
	case "seconds":
		return until + zone, true
	case "micros":
		digits := strings.TrimPrefix(fraction, ".")
		return until + "." + (digits + "000000")[:max(6, len(digits))] + zone, true
	}
	layout := "2006-01-02T15:04:05Z07:00" // which reads any fraction
	if strings.Count(zone, ":") == 0 && zone != "Z" {
		layout = "2006-01-02T15:04:05Z0700"
	}
	instant, err := time.Parse(layout, date)
	if err != nil {
		return "", false
	}
	if as == "+02:00" {
		instant = instant.In(time.FixedZone("", 2*60*60))
	} else {
		instant = instant.UTC()
	}
	return instant.Format("2006-01-02T15:04:05") + fraction + as, true
}

// httpDates are the ways to write dates of HTTP by the layouts that RFC 9110 lets every client read. dashes, a form of the
// first cookies, is for cookies alone.
var httpDates = map[string]string{
	"rfc850":  "Monday, 02-Jan-06 15:04:05 GMT",
	"asctime": time.ANSIC,
	"dashes":  "Mon, 02-Jan-2006 15:04:05 GMT",
}

var httpDateWords = []string{"rfc850", "asctime", "dashes"}

var cookieExpires = regexp.MustCompile(`(?i)(; *expires=)([^;]+)`)

// rewriteHTTPDates writes the dates of headers otherwise.
func rewriteHTTPDates(h http.Header, as string) {
	layout := httpDates[as]
	other := func(date string) string {
		if instant, err := http.ParseTime(date); err == nil {
			return instant.UTC().Format(layout)
		}
		return date
	}
	if as == "dashes" {
		for i, cookie := range h["Set-Cookie"] {
			h["Set-Cookie"][i] = cookieExpires.ReplaceAllStringFunc(cookie, func(found string) string {
				parts := cookieExpires.FindStringSubmatch(found)
				return parts[1] + other(parts[2])
			})
		}
		return
	}
	for _, name := range []string{"Date", "Expires", "Last-Modified"} {
		if date := h.Get(name); date != "" {
			h.Set(name, other(date))
		}
	}
}
