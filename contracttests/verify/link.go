package verify

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// errLinkLocal is that a link leads to where a machine in a cloud finds its own credentials.
var errLinkLocal = errors.New("a link-local address")

// linkTransport connects to whatever host a link names, except those that are meant for this machine alone. It looks at
// the address, for a name can stand for any.
func linkTransport() http.RoundTripper {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: time.Minute}
	t.DialContext = (&net.Dialer{Timeout: callTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || forThisMachine(to.Addr()) {
			return errLinkLocal
		}
		return nil
	}}).DialContext
	return t
}

// forThisMachine tells whether an address is never that of an object store. Loopback is, on a server of one's own.
func forThisMachine(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified()
}

// unfetchable says why a link is not fetched; empty if it may be. A link that does not name the job could show what
// others have exported, and one to the machine that verifies could show anything.
func (w *wire) unfetchable(link, job string) string {
	u, err := url.Parse(link)
	switch {
	case err != nil, u.Host == "", u.User != nil, u.Scheme != "http" && u.Scheme != "https":
		return "the link is no address that could be fetched"
	case !containsFold(u.Path, job) && !strings.Contains(u.Path, fileLabel+w.Run+"."):
		return "the link names neither the run's job nor its file, so it was not fetched"
	case isLoopback(u.Hostname()) && !isLoopback(w.address.Hostname()):
		return "the link leads to the machine that verifies, and was not fetched"
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && forThisMachine(a) {
		return "the link leads to an address of this machine's own network, where nothing is fetched"
	}
	return ""
}

func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
