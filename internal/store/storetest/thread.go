package storetest

import "runtime"

func lockThread() { runtime.LockOSThread() }
