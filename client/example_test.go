package client_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"strings"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

func ExampleClient_Export() {
	fake, err := mockserver.New()
	if err != nil {
		log.Fatal(err)
	}
	srv := httptest.NewServer(fake)
	defer srv.Close()

	c, err := client.New(client.Config{URL: srv.URL, Tenant: "diku", Username: "diku_admin", Password: "admin"})
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	result, err := c.Export(context.Background(), client.Export{
		IDs:        strings.NewReader("0a1c6d1e-5b5e-4c5e-9d8a-6f0f6a5a1b11\n"),
		FileName:   "test.csv",
		JobProfile: "Default job profile",
		Output:     &file,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Status, result.Outcome, result.Files[0].FileName, result.Files[0].Records)
	// Output: SUCCESS success test-112.mrc 1
}

func ExampleClient_InstanceIDs() {
	fake, err := mockserver.New(mockserver.WithRelease("sunflower"))
	if err != nil {
		log.Fatal(err)
	}
	srv := httptest.NewServer(fake)
	defer srv.Close()

	c, err := client.New(client.Config{URL: srv.URL, Tenant: "diku", Username: "diku_admin", Password: "admin"})
	if err != nil {
		log.Fatal(err)
	}
	n := 0
	for _, err := range c.InstanceIDs(context.Background(), `(keyword all "nod") sortby title`) {
		if err != nil {
			log.Fatal(err)
		}
		n++
	}
	fmt.Println(n)
	// Output: 25
}
