package client_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// A list of any length, two ids to a job, in one file.
func ExampleClient_ExportBatches() {
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
	folder, err := os.MkdirTemp("", "batches-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)

	list := strings.NewReader("0a1c6d1e-5b5e-4c5e-9d8a-6f0f6a5a1b11\n0a1c6d1e-5b5e-4c5e-9d8a-6f0f6a5a1b12\n0a1c6d1e-5b5e-4c5e-9d8a-6f0f6a5a1b13\n")
	split, err := client.NewSplit(list, list.Size(), 2)
	if err != nil {
		log.Fatal(err)
	}
	part := func(b client.Batch) string { return filepath.Join(folder, fmt.Sprint(b.Number)) }
	result, err := c.ExportBatches(context.Background(), client.Batches{
		List: split, Parallel: 2,
		Open: func(b client.Batch) (io.WriteCloser, error) { return os.Create(part(b)) },
	})
	if err != nil {
		log.Fatal(err)
	}
	var all bytes.Buffer
	assembly := client.NewAssembly(&all)
	for _, one := range result.Batches {
		file, err := os.Open(part(one.Batch))
		if err != nil {
			log.Fatal(err)
		}
		if err := assembly.Add(context.Background(), one.Files[0], file); err != nil {
			log.Fatal(err)
		}
		file.Close()
		fmt.Println(one.Batch, one.Outcome, one.Files[0].Records)
	}
	fmt.Println(result.Outcome, assembly.Records)
	// Output:
	// batch 1 of 2 (lines 1 to 2) success 2
	// batch 2 of 2 (lines 3 to 3) success 1
	// success 3
}

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
