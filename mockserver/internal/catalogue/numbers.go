package catalogue

import "strings"

// decimals is 000001002…999: every number of up to three digits can be cut out of it without being formatted.
var decimals = func() string {
	var b strings.Builder
	for n := range 1000 {
		b.Write([]byte{'0' + byte(n/100), '0' + byte(n/10%10), '0' + byte(n%10)})
	}
	return b.String()
}()

func three(n int) string { return decimals[3*n : 3*n+3] } // n < 1000
func two(n int) string   { return decimals[3*n+1 : 3*n+3] }
func one(n int) string   { return decimals[3*n+2 : 3*n+3] }

// digits are the last four groups of three digits of x.
func digits(x uint64) (a, b, c, d int) {
	return int(x % 1e3), int(x / 1e3 % 1e3), int(x / 1e6 % 1e3), int(x / 1e9 % 1e3)
}

// Numbers look real but are from ranges that nobody assigns: ISBNs begin with 979-9, ISSNs with 9, LCCNs are of the
// 2090s, OCLC numbers have ten digits beginning with 99, UPCs begin with the 4 that is left to shops, and DOIs have the
// prefix that Crossref keeps for tests.

// isbn is an ISBN-13; with wrong, its check digit is not the right one.
func isbn(x uint64, wrong bool) text {
	a, b, c, _ := digits(x)
	tail := c / 10 // two digits, then the check digit
	sum := 9 + 3*7 + 9 + 3*9 + alternating(a, 1, 3) + alternating(b, 3, 1) + tail/10 + 3*(tail%10)
	if wrong {
		sum++
	}
	return text{"9799", three(a), three(b), three(10*tail + (10-sum%10)%10)}
}

func issn(x uint64) text {
	a, b, _, _ := digits(x)
	sum := 8*9 + 7*(a/100) + 6*(a/10%10) + 5*(a%10) + 4*(b/100) + 3*(b/10%10) + 2*(b%10)
	check := "X"
	if c := (11 - sum%11) % 11; c < 10 {
		check = one(c)
	}
	return text{"9", three(a), "-", three(b), check}
}

func upc(x uint64) text {
	a, b, c, d := digits(x)
	d %= 10
	sum := 3*4 + alternating(a, 1, 3) + alternating(b, 3, 1) + alternating(c, 1, 3) + 3*d
	return text{"4", three(a), three(b), three(c), two(10*d + (10-sum%10)%10)}
}

func lccn(x uint64) text {
	a, b, c, _ := digits(x)
	return text{"209", one(a % 10), three(b), three(c)}
}

func oclc(x uint64) text {
	a, b, c, _ := digits(x)
	return text{"(OCoLC)99", three(a), three(b), two(c % 100)}
}

func doi(x uint64) text {
	a, b, _, _ := digits(x)
	return text{"10.5555/fxk.", three(a), three(b)}
}

func localNumber(prefix string, x uint64) text {
	a, b, _, _ := digits(x)
	return text{prefix, three(a), three(b)}
}

// alternating is the weighted sum of the three digits of n, with the weights w, v, w.
func alternating(n, w, v int) int { return w*(n/100) + v*(n/10%10) + w*(n%10) }
