//go:build !linux

package main

import "os"

// beginWriting leaves it to the system when the disk begins.
func beginWriting(*os.File) {}
