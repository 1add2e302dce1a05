module halting

go 1.24
