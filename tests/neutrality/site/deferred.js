note("deferred script");
