module desk.example/tickets

go 1.25.0
