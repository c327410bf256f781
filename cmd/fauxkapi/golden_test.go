package main

import "flag"

var update = flag.Bool("update", false, "write golden files anew, for a review of the difference")
