module rampart.test/truth

go 1.24
