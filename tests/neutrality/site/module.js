note("module script");
