package verify

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// unusable says why nothing follows from an exchange: trouble on the way, a permission that the user lacks, whoever it is
// that says so and however, or a session that somebody has ended.
func (o *observed) unusable() string {
	switch {
	case o.trouble != "":
		return o.trouble
	case o.request.token == "", o.Act == actGate, o.Act == actGateDoubts, o.Act == actSession, o.Act == actAging: // where it is asked who may come in
		return ""
	case o.Status == http.StatusForbidden:
		return lacksPermission + permissionIn(o)
	case o.Status == http.StatusUnauthorized:
		return "the server does not accept the token any more"
	}
	return ""
}

const lacksPermission = "the user lacks a permission"

var permissionText = regexp.MustCompile(`requires permission: ([\w.-]{1,100})`)

// permissionIn names the permission that a refusal is about, in brackets.
func permissionIn(o *observed) string {
	found := permissionText.FindSubmatch(o.body[:min(len(o.body), maxShown)])
	if found == nil {
		return " (which one the server does not say)"
	}
	return " (" + string(found[1]) + ")"
}

// lacks are the permissions that the user lacks, as far as requests were refused for it.
func (r *run) lacks() []string {
	lacks := map[string]bool{}
	for _, o := range r.wire.shown {
		if o.Status != http.StatusForbidden || !strings.HasPrefix(o.unusable(), lacksPermission) {
			continue
		}
		name := "one that the server does not name, for " + cmp.Or(o.Operation, o.Method+" "+o.Act)
		if found := permissionText.FindSubmatch(o.body[:min(len(o.body), maxShown)]); found != nil {
			name = string(found[1])
		}
		lacks[name] = true
	}
	return slices.Sorted(maps.Keys(lacks))
}

// troubleOf words an error of the transport without the address, which can have a signature in it.
func troubleOf(err error, link bool) string {
	who := whoOf(link)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	_, isTLS := errors.AsType[*tls.CertificateVerificationError](err)
	timeout, isTimeout := errors.AsType[net.Error](err)
	op, isOp := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, errLinkLocal):
		return "the link leads to an address of this machine's own network, where nothing is fetched"
	case errors.Is(err, context.DeadlineExceeded), isTimeout && timeout.Timeout():
		return who + " did not answer in time"
	case errors.Is(err, context.Canceled):
		return "the run was interrupted"
	case isDNS:
		return fmt.Sprintf("%s is not known by the name %q", who, dns.Name)
	case isTLS:
		return "the certificate of " + strings.TrimPrefix(who, "the ") + " is not accepted"
	case isOp && op.Op == "dial":
		return who + " cannot be reached from here"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return who + " closed the connection"
	}
	return who + " gave no answer that is HTTP, or reset the connection"
}

// gatewayTrouble says whether an answer is the gateway's about itself, and not about the request.
func gatewayTrouble(status int, body []byte, link bool) string {
	if status >= 300 && status < 400 {
		return fmt.Sprintf("%s leads on to another address, which is not followed (%d; Location names it)", whoOf(link), status)
	}
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return fmt.Sprintf("%s is not able to answer now (%d %s)", whoOf(link), status, http.StatusText(status))
	}
	text := string(body[:min(len(body), maxShown)])
	switch {
	case status == http.StatusNotFound && strings.Contains(text, "No running module instance found"),
		status == http.StatusInternalServerError && strings.Contains(text, "proxyClient failure"):
		return "the module does not run at the moment"
	}
	return ""
}

func whoOf(link bool) string {
	if link {
		return "the host of the link"
	}
	return "the server"
}
