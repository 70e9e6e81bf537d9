// A registry in memory that has the referrers API: that of go-containerregistry with the switch set that
// `crane registry serve` has no flag for. Argument: the address to listen on.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	handler := registry.New(registry.WithReferrersSupport(true))
	log.Fatal(http.ListenAndServe(os.Args[1], handler))
}
