package mockserver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/sim"
)

// links makes and checks download links: presigned GETs as an S3 store hands
// them out, signed with AWS Signature Version 4 over method, path, query and
// host. They live for ten minutes on the world's clock (folio-s3-client,
// EXPIRATION_TIME_IN_MINUTES).
type links struct {
	rules     *release.Release
	accessKey string
	secret    [32]byte
	public    *url.URL // nil: the host that the request named
}

const (
	bucket        = "folio-data-export"
	region        = "us-east-1"
	linkLife      = 10 * time.Minute
	amzDateLayout = "20060102T150405Z"
)

func newLinks(rules *release.Release, dice sim.Dice, public *url.URL) *links {
	id := dice.Bytes("access key", 0)
	return &links{
		rules:     rules,
		accessKey: "FAUXKAPI" + strings.ToUpper(hex.EncodeToString(id[:6])),
		secret:    dice.Bytes("secret", 0),
		public:    public,
	}
}

// owns tells whether a path is one of the object store's.
func (l *links) owns(path string) bool { return strings.HasPrefix(path, "/"+bucket+"/") }

// sign makes the link to a job's file, with the bucket in its path
// (assumption A31).
func (l *links) sign(r *http.Request, tenant string, job uuid.UUID, fileName string, now time.Time) string {
	base := l.base(r)
	base.Path += l.folder(tenant) + job.String() + "/" + fileName
	date := now.UTC().Format(amzDateLayout)
	parameters := [][2]string{
		{"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
		{"X-Amz-Date", date},
		{"X-Amz-SignedHeaders", "host"},
		{"X-Amz-Expires", strconv.Itoa(int(linkLife.Seconds()))},
		{"X-Amz-Credential", l.accessKey + "/" + scope(date)},
	}
	if l.rules.Link.ParameterSort {
		slices.SortFunc(parameters, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	}
	query := url.Values{}
	var raw strings.Builder
	for _, p := range parameters {
		query.Set(p[0], p[1])
		raw.WriteString(p[0] + "=" + awsEscape(p[1]) + "&")
	}
	base.RawPath = awsEscapePath(base.Path)
	signature := l.signature(http.MethodGet, base.RawPath, query, base.Host)
	base.RawQuery = raw.String() + "X-Amz-Signature=" + signature
	return base.String()
}

// folder is where a tenant's files lie, each in a folder of its job's.
func (l *links) folder(tenant string) string {
	return "/" + bucket + "/" + strings.ReplaceAll(l.rules.Link.KeyPrefix, "{tenant}", tenant)
}

// base is what links are built on.
func (l *links) base(r *http.Request) url.URL {
	if l.public != nil {
		return *l.public
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return url.URL{Scheme: scheme, Host: r.Host}
}

// signature is that of AWS Signature Version 4 for a presigned request with an
// unsigned payload, of which only the host header is signed.
func (l *links) signature(method, escapedPath string, query url.Values, host string) string {
	canonical := strings.Join([]string{
		method, escapedPath, canonicalQuery(query), "host:" + host, "", "host", "UNSIGNED-PAYLOAD",
	}, "\n")
	hashed := sha256.Sum256([]byte(canonical))
	date := query.Get("X-Amz-Date")
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", date, scope(date), hex.EncodeToString(hashed[:])}, "\n")

	key := append([]byte("AWS4"), hex.EncodeToString(l.secret[:])...)
	for part := range strings.SplitSeq(scope(date), "/") {
		key = mac(key, part)
	}
	return hex.EncodeToString(mac(key, toSign))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// scope is day, region and service of a signature.
func scope(amzDate string) string {
	day, _, _ := strings.Cut(amzDate, "T")
	return day + "/" + region + "/s3/aws4_request"
}

// canonicalQuery is every parameter but the signature, sorted and escaped.
func canonicalQuery(query url.Values) string {
	var pairs []string
	for name, values := range query {
		if name == "X-Amz-Signature" {
			continue
		}
		for _, v := range values {
			pairs = append(pairs, awsEscape(name)+"="+awsEscape(v))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// awsEscape escapes all but the unreserved characters of RFC 3986, the blank as
// %20.
func awsEscape(s string) string {
	const unreserved = "-._~"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(unreserved, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
	}
	return b.String()
}

func awsEscapePath(path string) string {
	return strings.ReplaceAll(awsEscape(path), "%2F", "/")
}

// linkState is what a check of a link comes to.
type linkState int

const (
	linkGood linkState = iota
	linkUnsigned
	linkExpired
	linkAltered
)

// check looks at a request for an object: is it signed, still good, and what was
// signed?
func (l *links) check(r *http.Request, now time.Time) (linkState, time.Time) {
	query, err := parseQuery(r.URL.RawQuery)
	if err != nil || query.Get("X-Amz-Signature") == "" || query.Get("X-Amz-Algorithm") != "AWS4-HMAC-SHA256" {
		return linkUnsigned, time.Time{}
	}
	signed, err := time.Parse(amzDateLayout, query.Get("X-Amz-Date"))
	life, errLife := strconv.Atoi(query.Get("X-Amz-Expires"))
	if err != nil || errLife != nil || life < 0 || life > 7*24*3600 {
		return linkUnsigned, time.Time{}
	}
	expires := signed.Add(time.Duration(life) * time.Second)
	if now.After(expires) {
		return linkExpired, expires
	}
	host, path := r.Host, awsEscapePath(r.URL.Path)
	if l.public != nil {
		host, path = l.public.Host, awsEscapePath(l.public.Path)+path
	}
	wanted := l.signature(r.Method, path, query, host)
	if !hmac.Equal([]byte(wanted), []byte(query.Get("X-Amz-Signature"))) {
		return linkAltered, expires
	}
	return linkGood, expires
}
