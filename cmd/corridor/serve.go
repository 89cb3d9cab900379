package main

type serveCmd struct{ place }
